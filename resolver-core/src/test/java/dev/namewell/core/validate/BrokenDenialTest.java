package dev.namewell.core.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.validate.SignedTree.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Denials that are signed properly and still prove nothing: of other zones, from the wrong side of
 * a zone cut, of other names, with other parameters (RFC 4035 §5.4, RFC 5155 §8, RFC 6840 §4).
 */
class BrokenDenialTest {
  private static final byte[] OTHER_SALT = {1, 2, 3};

  /** What is sent in place of the right denials. */
  enum Breakage {
    MISSING,
    OF_ANOTHER_ZONE,
    OF_THE_PARENT,
    OF_THE_CHILD,
    NEXT_NAME_BEYOND_THE_ZONE,
    NEXT_NAME_RIGHT_BEHIND,
    TYPE_IS_THERE,
    ALIAS_IS_THERE,
    APEX_OF_ANOTHER_ZONE,
    MADE_FROM_A_WILDCARD,
    OTHER_SALT,
    OTHER_ITERATIONS,
    OTHER_HASH,
    UNKNOWN_FLAG;

    boolean concerns(Claim claim, String zone) {
      boolean covers =
          claim == Claim.NAME_ERROR
              || claim == Claim.WILDCARD
              || (zone.equals(SignedTree.OPT_OUT)
                  && (claim == Claim.INSECURE_DELEGATION || claim == Claim.DS_ABSENT));
      boolean cut = claim == Claim.INSECURE_DELEGATION || claim == Claim.DS_ABSENT;
      return switch (this) {
        case NEXT_NAME_RIGHT_BEHIND -> covers;
        case TYPE_IS_THERE, ALIAS_IS_THERE -> claim == Claim.NO_DATA || (cut && !covers);
        case APEX_OF_ANOTHER_ZONE -> cut && !covers;
        case MADE_FROM_A_WILDCARD -> zone.equals(SignedTree.NSEC) && claim != Claim.WILDCARD;
        case OTHER_SALT, OTHER_ITERATIONS, OTHER_HASH, UNKNOWN_FLAG ->
            !zone.equals(SignedTree.NSEC);
        default -> true;
      };
    }

    List<Record> apply(SignedTree tree, String zone, List<Record> denials) {
      return switch (this) {
        case MISSING -> List.of();
        case OF_ANOTHER_ZONE ->
            tree.zones()
                .signed(SignedTree.OTHER, tree.zones().denial(SignedTree.OTHER, "no.other.com."));
        case OF_THE_PARENT -> tree.zones().signed("com.", tree.zones().denial("com.", zone));
        case OF_THE_CHILD ->
            tree.zones()
                .signed("child." + zone, tree.zones().denial("child." + zone, "child." + zone));
        default -> signedAnew(tree, denials);
      };
    }

    private List<Record> signedAnew(SignedTree tree, List<Record> denials) {
      List<Record> changed = new ArrayList<>();
      for (Record record : denials) {
        if (record instanceof NSECRecord nsec) {
          Record other = changed(nsec);
          changed.add(other.withName(record.getName()));
          changed.add(signature(tree, other).withName(record.getName()));
        } else if (record instanceof NSEC3Record nsec3) {
          Record other = changed(nsec3);
          changed.add(other);
          changed.add(signature(tree, other));
        }
      }
      return changed;
    }

    private static RRSIGRecord signature(SignedTree tree, Record record) {
      return tree.keyOf(record).sign(new RRset(record), SimulatedTime.BEGINNING);
    }

    private Record changed(NSECRecord nsec) {
      Name owner =
          this == MADE_FROM_A_WILDCARD && nsec.getName().labels() > 3
              ? nsec.getName().wild(1)
              : nsec.getName();
      Name next =
          switch (this) {
            case NEXT_NAME_BEYOND_THE_ZONE -> Name.fromConstantString("zz.");
            case NEXT_NAME_RIGHT_BEHIND -> Name.fromConstantString("\\000." + nsec.getName());
            default -> nsec.getNext();
          };
      return new NSECRecord(owner, nsec.getDClass(), nsec.getTTL(), next, types(nsec.getTypes()));
    }

    private Record changed(NSEC3Record nsec3) {
      byte[] next = nsec3.getNext();
      if (this == NEXT_NAME_BEYOND_THE_ZONE) {
        next = Arrays.copyOf(next, next.length - 1);
      } else if (this == NEXT_NAME_RIGHT_BEHIND) {
        next = behind(nsec3);
      }
      return new NSEC3Record(
          nsec3.getName(),
          nsec3.getDClass(),
          nsec3.getTTL(),
          this == OTHER_HASH ? 2 : nsec3.getHashAlgorithm(),
          nsec3.getFlags() | (this == UNKNOWN_FLAG ? 2 : 0),
          nsec3.getIterations() + (this == OTHER_ITERATIONS ? 1 : 0),
          this == OTHER_SALT ? BrokenDenialTest.OTHER_SALT : nsec3.getSalt(),
          next,
          types(nsec3.getTypes()));
    }

    private static byte[] behind(NSEC3Record nsec3) {
      byte[] hash = SignedTree.hash(nsec3.getName());
      hash[hash.length - 1]++;
      return hash;
    }

    private int[] types(int[] types) {
      IntStream more =
          switch (this) {
            case TYPE_IS_THERE -> IntStream.of(Type.TXT, Type.DS);
            case ALIAS_IS_THERE -> IntStream.of(Type.CNAME);
            case APEX_OF_ANOTHER_ZONE -> IntStream.of(Type.SOA);
            default -> IntStream.empty();
          };
      return IntStream.concat(IntStream.of(types), more).sorted().distinct().toArray();
    }
  }

  static Stream<Arguments> broken() {
    List<Claim> claims =
        List.of(
            Claim.NAME_ERROR,
            Claim.NO_DATA,
            Claim.WILDCARD,
            Claim.EMPTY_NON_TERMINAL,
            Claim.INSECURE_DELEGATION,
            Claim.DS_ABSENT);
    return claims.stream()
        .flatMap(
            claim ->
                SignedTree.STYLES.stream()
                    .flatMap(
                        zone ->
                            Stream.of(Breakage.values())
                                .filter(way -> way.concerns(claim, zone))
                                .map(way -> Arguments.of(claim, zone, way))));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aDenialThatIsNotTheRightOneIsBogus(Claim claim, String zone, Breakage way) {
    try (SignedTree tree = new SignedTree()) {
      tree.denying(denials -> way.apply(tree, zone, denials));

      Asked asked = tree.ask(claim.name(zone), claim.type);

      assertThat(SignedTree.status(asked))
          .as("%s %s %s %s", claim, zone, way, asked.reply())
          .isEqualTo(Status.BOGUS);
      // A denial of another zone is one that lacks the signature of the right one.
      assertThat(asked.extendedError().orElseThrow())
          .as("%s %s %s", claim, zone, way)
          .isIn(ExtendedError.NSEC_MISSING, ExtendedError.RRSIGS_MISSING);
    }
  }

  static Stream<Arguments> parts() {
    return Stream.of(
            Claim.NAME_ERROR,
            Claim.NAME_ERROR_FAR_BELOW,
            Claim.WILDCARD_NO_DATA,
            Claim.WILDCARD_EMPTY_NON_TERMINAL)
        .flatMap(
            claim ->
                Stream.of(SignedTree.NSEC, SignedTree.NSEC3)
                    .flatMap(
                        zone -> Stream.of(0, 1, 2).map(part -> Arguments.of(claim, zone, part))));
  }

  @ParameterizedTest
  @MethodSource("parts")
  void everyPartOfADenialIsNeeded(Claim claim, String zone, int part) {
    try (SignedTree tree = new SignedTree()) {
      boolean[] less = {false};
      tree.denying(
          denials -> {
            boolean there = denials.size() > 2 * part;
            less[0] |= there;
            List<Record> rest = new ArrayList<>(denials);
            if (there) {
              rest.subList(2 * part, 2 * part + 2).clear();
            }
            return rest;
          });

      Asked asked = tree.ask(claim.name(zone), claim.type);

      assertThat(SignedTree.status(asked))
          .as("%s %s without part %d: %s", claim, zone, part, asked.reply())
          .isEqualTo(less[0] ? Status.BOGUS : Status.SECURE);
    }
  }
}
