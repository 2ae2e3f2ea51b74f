package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.validate.ClaimTest.Breakage;
import dev.namewell.core.validate.SignedTree.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Another validator, dnsjava's, judges the same positive answers, which it gets from this resolver
 * unproved (CD). Of denials it lets forged ones through, so it is not asked about those.
 */
class OracleTest {
  /** This resolver, with checking disabled. */
  private record Unproved(SignedTree tree) implements Resolver {
    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
      Record question = query.getQuestion();
      Message again =
          SignedTree.query(question.getName().toString(), question.getType(), ExtendedFlags.DO);
      again.getHeader().setFlag(Flags.CD);
      Message reply = tree.ask(again).reply();
      reply.getHeader().setID(query.getHeader().getID());
      return CompletableFuture.completedFuture(reply);
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
      return sendAsync(query, Runnable::run);
    }

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payload, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(@Nullable TSIG key) {}

    @Override
    public void setTimeout(@Nullable Duration timeout) {}
  }

  static Stream<Arguments> answers() {
    Stream<Claim> claims =
        Stream.of(
            Claim.POSITIVE,
            Claim.SECURE_DELEGATION,
            Claim.ALIAS,
            Claim.ALIAS_TO_OTHER_ZONE,
            Claim.ALIAS_TO_INSECURE_ZONE,
            Claim.DNAME,
            Claim.DS);
    return Stream.concat(
        claims.map(claim -> Arguments.of(claim, null)),
        Stream.of(Breakage.values())
            // It takes labels that the owner has not, against RFC 4035 §5.3.1.
            .filter(way -> way != Breakage.TOO_MANY_LABELS)
            .map(way -> Arguments.of(Claim.POSITIVE, way)));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anotherValidatorSaysTheSame(Claim claim, @Nullable Breakage way) throws IOException {
    try (SignedTree tree = new SignedTree();
        SignedTree same = new SignedTree()) {
      if (way != null) {
        for (SignedTree each : List.of(tree, same)) {
          each.changing(
              SignedTree.NSEC, Type.A, rrset -> way.apply(SignedTree.key(SignedTree.NSEC), rrset));
        }
      }
      ValidatingResolver oracle =
          new ValidatingResolver(
              new Unproved(same), Clock.fixed(SimulatedTime.BEGINNING, ZoneOffset.UTC));
      oracle.loadTrustAnchors(
          new ByteArrayInputStream(same.zones().ds(".").getBytes(StandardCharsets.US_ASCII)));
      Name name = Name.fromConstantString(claim.name(SignedTree.NSEC));

      Message theirs = oracle.send(Message.newQuery(Record.newRecord(name, claim.type, DClass.IN)));
      Status ours = SignedTree.status(tree.ask(name.toString(), claim.type));

      assertThat(ours)
          .as("%s %s", claim, way)
          .isEqualTo(
              theirs.getRcode() == Rcode.SERVFAIL
                  ? Status.BOGUS
                  : theirs.getHeader().getFlag(Flags.AD) ? Status.SECURE : Status.INSECURE);
    }
  }
}
