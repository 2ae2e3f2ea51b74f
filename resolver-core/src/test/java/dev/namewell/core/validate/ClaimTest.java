package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.ZoneSigner;
import dev.namewell.core.sim.ZoneSigner.Terms;
import dev.namewell.core.validate.SignedTree.Change;
import dev.namewell.core.validate.SignedTree.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Everything that can be claimed of a signed zone is proved, and is bogus when any signature that
 * it rests on is broken in any way (RFC 4035 §5.3).
 */
class ClaimTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static final Set<Claim> EACH_WAY =
      EnumSet.of(Claim.NAME_ERROR, Claim.NO_DATA, Claim.WILDCARD, Claim.INSECURE_DELEGATION);

  /** A way to break the signature over one RRset. */
  enum Breakage {
    MISSING(10),
    EXPIRED(7),
    NOT_YET_VALID(8),
    BY_A_KEY_THAT_IS_NOT_THERE(9),
    BY_ANOTHER_KEY_OF_THAT_TAG(6),
    BY_ANOTHER_ZONE(10),
    TOO_MANY_LABELS(6),
    FEWER_LABELS_THAN_ITS_SIGNER(6),
    MADE_FROM_A_WILDCARD(6, 12),
    OF_ANOTHER_OWNER(6),
    OF_ANOTHER_TYPE(10),
    OF_AN_UNKNOWN_ALGORITHM(1),
    WITH_ANOTHER_ORIGINAL_TTL(6),
    DAMAGED(6),
    CUT_SHORT(6);

    private final List<Integer> codes;

    Breakage(Integer... codes) {
      this.codes = List.of(codes);
    }

    List<Record> apply(ZoneSigner key, List<Record> signed) {
      List<Record> records =
          signed.stream().filter(record -> !(record instanceof RRSIGRecord)).toList();
      List<Record> broken = new ArrayList<>(records);
      if (this != MISSING) {
        RRset set = new RRset(records.toArray(Record[]::new));
        broken.add(signature(key, set));
      }
      return broken;
    }

    private Record signature(ZoneSigner key, RRset set) {
      Terms right = key.terms(set, SimulatedTime.BEGINNING);
      return switch (this) {
        case MISSING -> throw new IllegalStateException();
        case EXPIRED ->
            key.sign(
                set,
                right.valid(
                    SimulatedTime.BEGINNING.minus(DAY.multipliedBy(9)),
                    SimulatedTime.BEGINNING.minus(DAY)));
        case NOT_YET_VALID ->
            key.sign(
                set,
                right.valid(
                    SimulatedTime.BEGINNING.plus(DAY),
                    SimulatedTime.BEGINNING.plus(DAY.multipliedBy(9))));
        case BY_A_KEY_THAT_IS_NOT_THERE -> stranger(key).sign(set, SimulatedTime.BEGINNING);
        case BY_ANOTHER_KEY_OF_THAT_TAG -> stranger(key).sign(set, right);
        case BY_ANOTHER_ZONE -> SignedTree.key(SignedTree.OTHER).sign(set, SimulatedTime.BEGINNING);
        case TOO_MANY_LABELS -> key.sign(set, right.withLabels(right.labels() + 1));
        case FEWER_LABELS_THAN_ITS_SIGNER -> key.sign(set, right.withLabels(1));
        case MADE_FROM_A_WILDCARD -> key.sign(set, right.withLabels(right.labels() - 1));
        case OF_ANOTHER_OWNER -> {
          RRset others = new RRset();
          Name owner = Name.fromConstantString("x." + key.dnskey().getName());
          set.rrs(false).forEach(record -> others.addRR(record.withName(owner)));
          yield key.sign(others, right).withName(set.getName());
        }
        case OF_ANOTHER_TYPE -> key.sign(set, right.covering(Type.TXT));
        case OF_AN_UNKNOWN_ALGORITHM -> key.sign(set, right.of(250));
        case WITH_ANOTHER_ORIGINAL_TTL -> patched(key.sign(set, right), 7);
        case DAMAGED -> patched(key.sign(set, right), -1);
        case CUT_SHORT -> {
          byte[] rdata = key.sign(set, right).rdataToWireCanonical();
          yield rrsig(set.getName(), Arrays.copyOf(rdata, rdata.length - 1));
        }
      };
    }

    private static ZoneSigner stranger(ZoneSigner key) {
      return SignedTree.stranger(key.dnskey().getName().toString());
    }

    private static Record patched(RRSIGRecord rrsig, int at) {
      byte[] rdata = rrsig.rdataToWireCanonical();
      rdata[at < 0 ? rdata.length + at : at] ^= 1;
      return rrsig(rrsig.getName(), rdata);
    }

    private static Record rrsig(Name owner, byte[] rdata) {
      return Record.newRecord(owner, Type.RRSIG, 1, 600, rdata);
    }
  }

  static Stream<Arguments> claims() {
    return SignedTree.STYLES.stream()
        .flatMap(zone -> Stream.of(Claim.values()).map(claim -> Arguments.of(claim, zone)));
  }

  @ParameterizedTest
  @MethodSource("claims")
  void whatIsRightIsProved(Claim claim, String zone) {
    try (SignedTree tree = new SignedTree()) {
      Asked asked = tree.ask(claim.name(zone), claim.type);

      assertThat(SignedTree.status(asked))
          .as("%s %s %s", claim, zone, asked.reply())
          .isEqualTo(claim.status(zone));
      assertThat(asked.rcode()).isEqualTo(claim.rcode);
    }
  }

  static List<Arguments> broken() {
    List<Arguments> cases = new ArrayList<>();
    for (String zone : SignedTree.STYLES) {
      for (Claim claim : Claim.values()) {
        for (int type : claim.needed(zone)) {
          for (Breakage way : ways(claim, zone, type)) {
            cases.add(Arguments.of(claim, zone, Type.string(type), way));
          }
        }
      }
    }
    return cases;
  }

  /** Every way for each type and for each form of proof, elsewhere those that say most. */
  private static Set<Breakage> ways(Claim claim, String zone, int type) {
    boolean denial = type == Type.NSEC || type == Type.NSEC3;
    boolean each =
        denial
            ? EACH_WAY.contains(claim) && !zone.equals(SignedTree.OPT_OUT)
            : zone.equals(SignedTree.NSEC);
    Set<Breakage> ways =
        each
            ? EnumSet.allOf(Breakage.class)
            : EnumSet.of(Breakage.DAMAGED, Breakage.MADE_FROM_A_WILDCARD);
    if (claim.name().startsWith("WILDCARD") && !denial) {
      ways.remove(Breakage.MADE_FROM_A_WILDCARD); // which it is
    }
    return ways;
  }

  @ParameterizedTest
  @MethodSource("broken")
  void whatRestsOnABrokenSignatureIsBogus(Claim claim, String zone, String type, Breakage way) {
    try (SignedTree tree = new SignedTree()) {
      Change change = rrset -> way.apply(tree.keyOf(rrset.getFirst()), rrset);
      tree.changing(zone, Type.value(type), change);

      Asked asked = tree.ask(claim.name(zone), claim.type);

      assertThat(SignedTree.status(asked))
          .as("%s %s %s %s %s", claim, zone, type, way, asked.reply())
          .isEqualTo(Status.BOGUS);
      assertThat(asked.extendedError())
          .hasValueSatisfying(code -> assertThat(way.codes).contains(code));
      assertThat(asked.reply().getSection(Section.ANSWER)).isEmpty();
    }
  }
}
