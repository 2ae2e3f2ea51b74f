package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.validate.SignedTree.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * NSEC3 records with more iterations than are computed (RFC 9276 §3.2), which a zone has signed
 * once and somebody sends again.
 */
class ManyIterationsTest {
  private static final String UPSTREAM = "192.0.2.53";

  /** One that covers all other hashes, with its signature. */
  private static List<Record> replayed(SignedTree tree, String zone) {
    return tree.zones()
        .signed(
            zone,
            new NSEC3Record(
                Name.fromConstantString("0".repeat(32) + "." + zone),
                DClass.IN,
                300,
                1,
                0,
                150,
                new byte[] {1},
                new byte[20],
                new int[] {Type.A}));
  }

  private static List<Record> together(List<Record> some, List<Record> more) {
    List<Record> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  static Stream<Arguments> denials() {
    return SignedTree.STYLES.stream()
        .flatMap(
            zone ->
                EnumSet.allOf(Claim.class).stream()
                    .filter(claim -> claim.rests(Claim.DENIAL))
                    .map(claim -> Arguments.of(claim, zone)));
  }

  @ParameterizedTest
  @MethodSource("denials")
  void besideASoundDenialTheyChangeNothing(Claim claim, String zone) {
    try (SignedTree tree = new SignedTree()) {
      tree.denying(denials -> together(replayed(tree, zone), denials));

      Asked asked = tree.ask(claim.name(zone), claim.type);

      assertThat(SignedTree.status(asked))
          .as("%s %s %s", claim, zone, asked.reply())
          .isEqualTo(claim.status(zone));
      assertThat(asked.extendedError()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NAME_ERROR", "NO_DATA", "WILDCARD", "DS_ABSENT", "INSECURE_DELEGATION"})
  void aloneTheyMakeADenialInsecure(Claim claim) {
    try (SignedTree tree = new SignedTree()) {
      tree.denying(denials -> replayed(tree, SignedTree.NSEC3));

      Asked asked = tree.ask(claim.name(SignedTree.NSEC3), claim.type);

      assertThat(SignedTree.status(asked)).isEqualTo(Status.INSECURE);
      assertThat(asked.extendedError()).contains(ExtendedError.UNSUPPORTED_NSEC3_ITERATIONS);
    }
  }

  /** All is asked of one upstream, which passes on what the right servers say but for a name. */
  private static void forward(SignedTree tree, String name, Message said) {
    tree.net().route(".", RouteSettings.Mode.FORWARD, UPSTREAM, false);
    tree.net()
        .server(UPSTREAM)
        .behaving(
            (query, none) -> {
              Name asked = query.getQuestion().getName();
              Message response =
                  asked.toString().equalsIgnoreCase(name) ? said.clone() : tree.relayed(query);
              response.getHeader().setID(query.getHeader().getID());
              response.getHeader().setFlag(Flags.RA);
              return response;
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"NAME_ERROR", "POSITIVE"})
  void thoseOfTheZoneAboveDenyNothingInTheZone(Claim claim) {
    try (SignedTree tree = new SignedTree()) {
      String zone = "child." + SignedTree.NSEC3;
      String name = claim.name(zone);
      int rcode = claim == Claim.NAME_ERROR ? Rcode.NXDOMAIN : Rcode.NOERROR;
      forward(tree, name, denial(name, rcode, replayed(tree, SignedTree.NSEC3)));
      assertThat(SignedTree.status(tree.ask("ns." + zone, Type.A))).isEqualTo(Status.SECURE);

      Asked asked = tree.ask(name, claim.type);

      assertThat(SignedTree.status(asked)).as("%s", asked.reply()).isEqualTo(Status.BOGUS);
    }
  }

  @Test
  void whatIsSignedItselfStaysProved() {
    try (SignedTree tree = new SignedTree()) {
      tree.denying(denials -> replayed(tree, SignedTree.NSEC3));

      Asked asked = tree.ask(Claim.POSITIVE.name(SignedTree.NSEC3), Type.A);

      assertThat(SignedTree.status(asked)).isEqualTo(Status.SECURE);
    }
  }

  private static Message denial(String name, int rcode, List<Record> authority) {
    Message denial = Message.newQuery(SimulatedClient.query(name, Type.A).getQuestion());
    denial.getHeader().setFlag(Flags.QR);
    denial.getHeader().setRcode(rcode);
    authority.forEach(record -> denial.addRecord(record, Section.AUTHORITY));
    return denial;
  }
}
