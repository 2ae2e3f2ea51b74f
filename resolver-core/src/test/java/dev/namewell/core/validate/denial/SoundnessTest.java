package dev.namewell.core.validate.denial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.DenialChain;
import dev.namewell.core.sim.World;
import dev.namewell.core.validate.denial.Denial.Proof;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Every selection of the records of small zones is asked about every name: nothing is proved that
 * is not so, and the right records prove what is so.
 */
class SoundnessTest {
  private static final Name APEX = Name.fromConstantString("z.");
  private static final DnsName ZONE = DnsName.parse("z.");
  private static final List<String> LABELS = List.of("*", "a", "b", "c");
  private static final int[] TYPES = {Type.A, Type.TXT, Type.DS};
  private static final int MOST_RECORDS_TOGETHER = 3;

  private final World world = new World(8, "");

  /** How a zone denies. */
  enum Style {
    NSEC,
    NSEC3,
    OPT_OUT;

    DenialChain chain(TreeMap<Name, TreeSet<Integer>> names) {
      return switch (this) {
        case NSEC -> DenialChain.nsec(APEX, names);
        case NSEC3 -> DenialChain.nsec3(APEX, names, 1, false);
        case OPT_OUT -> DenialChain.nsec3(APEX, names, 0, true);
      };
    }
  }

  /** What is so at a name for a type (RFC 1034 §4.3.2). */
  private enum Truth {
    THERE,
    NO_DATA,
    NAME_ERROR,
    /** Below a zone cut or a DNAME, or an alias: not for this zone or this name to say. */
    ELSEWHERE
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static List<TreeMap<Name, TreeSet<Integer>>> zones() {
    return List.of(
        zone(),
        zone("a=A"),
        zone("*=A", "b.a=A"),
        zone("*.a=TXT", "b=NS", "c=DNAME"),
        zone("a=CNAME", "c.b=A", "c.c=NS DS"),
        zone("b.*=A", "b=NS", "c=NS DS"),
        zone("*=CNAME", "a=A", "c.b.a=A"));
  }

  private static TreeMap<Name, TreeSet<Integer>> zone(String... names) {
    TreeMap<Name, TreeSet<Integer>> zone = new TreeMap<>();
    zone.put(APEX, new TreeSet<>(List.of(Type.SOA, Type.NS)));
    for (String each : names) {
      String[] parts = each.split("=", 2);
      TreeSet<Integer> types = new TreeSet<>();
      for (String type : parts[1].split(" ", -1)) {
        types.add(Type.value(type));
      }
      zone.put(Name.fromConstantString(parts[0] + ".z."), types);
    }
    return zone;
  }

  /** The apex and all names of up to three labels below it. */
  private static List<Name> names() {
    List<Name> names = new ArrayList<>(List.of(APEX));
    List<Name> above = List.of(APEX);
    for (int depth = 0; depth < 3; depth++) {
      List<Name> below = new ArrayList<>();
      for (Name each : above) {
        for (String label : LABELS) {
          below.add(Name.fromConstantString(label + "." + each));
        }
      }
      names.addAll(below);
      above = below;
    }
    return names;
  }

  private static Truth truth(TreeMap<Name, TreeSet<Integer>> zone, Name name, int type) {
    for (Name above = name; !above.equals(APEX); above = new Name(above, 1)) {
      Set<Integer> types = zone.getOrDefault(above, new TreeSet<>());
      boolean self = above.equals(name);
      if ((types.contains(Type.DNAME) && !self)
          || (types.contains(Type.NS) && !(self && type == Type.DS))) {
        return Truth.ELSEWHERE;
      }
    }
    if (name.equals(APEX) && type == Type.DS) {
      return Truth.ELSEWHERE; // the zone above has it
    }
    Name source = exists(zone, name) ? name : Name.fromConstantString("*." + encloser(zone, name));
    if (!exists(zone, source)) {
      return Truth.NAME_ERROR;
    }
    Set<Integer> types = zone.getOrDefault(source, new TreeSet<>());
    return types.contains(type)
        ? Truth.THERE
        : types.contains(Type.CNAME) ? Truth.ELSEWHERE : Truth.NO_DATA;
  }

  private static Name encloser(TreeMap<Name, TreeSet<Integer>> zone, Name name) {
    Name encloser = name;
    while (!exists(zone, encloser)) {
      encloser = new Name(encloser, 1);
    }
    return encloser;
  }

  private static boolean exists(TreeMap<Name, TreeSet<Integer>> zone, Name name) {
    return zone.keySet().stream().anyMatch(each -> each.subdomain(name));
  }

  private Denial denial(Iterable<Record> records) {
    List<Rrset> rrsets = new ArrayList<>();
    for (Record record : records) {
      rrsets.add(DenialScene.rrset(record));
    }
    return new Denial(ZONE, rrsets, new Budget(world.time(), Duration.ofSeconds(5)));
  }

  private static List<List<Record>> selections(DenialChain chain) {
    Set<Record> all = new LinkedHashSet<>();
    names().forEach(name -> all.add(chain.at(name)));
    List<List<Record>> selections = new ArrayList<>(List.of(List.of()));
    for (Record record : all) {
      for (List<Record> before : List.copyOf(selections)) {
        if (before.size() < MOST_RECORDS_TOGETHER) {
          List<Record> more = new ArrayList<>(before);
          more.add(record);
          selections.add(more);
        }
      }
    }
    return selections;
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void nothingIsProvedThatIsNotSo(Style style) {
    for (TreeMap<Name, TreeSet<Integer>> zone : zones()) {
      for (List<Record> records : selections(style.chain(zone))) {
        Denial denial = denial(records);
        for (Name name : names()) {
          check(style, zone, denial, name, records);
        }
      }
    }
  }

  private static void check(
      Style style,
      TreeMap<Name, TreeSet<Integer>> zone,
      Denial denial,
      Name name,
      List<Record> records) {
    DnsName asked = DnsName.parse(name.toString());
    Proof nameError = denial.nameError(asked);
    expect(nameError, style, truth(zone, name, Type.A) == Truth.NAME_ERROR, name, records);
    for (int type : TYPES) {
      Truth truth = truth(zone, name, type);
      expect(denial.noData(asked, type), style, truth == Truth.NO_DATA, name, records);
    }
    if (!name.equals(APEX)) {
      DnsName encloser = DnsName.parse(encloser(zone, new Name(name, 1)).toString());
      Name next = new Name(name, name.labels() - encloser.labelCount() - 2);
      if (!isBelow(zone, next)) {
        boolean nothing = !exists(zone, next);
        expect(denial.noCloserMatch(asked, encloser), style, nothing, name, records);
      }
    }
    Set<Integer> types = zone.getOrDefault(name, new TreeSet<>());
    if (denial.isInsecureCut(asked)) {
      assertThat(types).as("%s by %s", name, records).contains(Type.NS).doesNotContain(Type.SOA);
    }
  }

  private static boolean isBelow(TreeMap<Name, TreeSet<Integer>> zone, Name name) {
    for (Name above = name; !above.equals(APEX); ) {
      above = new Name(above, 1);
      Set<Integer> types = zone.getOrDefault(above, new TreeSet<>());
      if (types.contains(Type.DNAME) || (types.contains(Type.NS) && !above.equals(APEX))) {
        return true;
      }
    }
    return false;
  }

  private static void expect(
      Proof proof, Style style, boolean isSo, Name name, List<Record> records) {
    if (proof == Proof.PROVED) {
      assertThat(isSo).as("%s by %s", name, records).isTrue();
    }
    if (style != Style.OPT_OUT) {
      assertThat(proof).as("%s by %s", name, records).isNotEqualTo(Proof.INSECURE);
    }
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void whatIsSoIsProvedByTheRightRecords(Style style) {
    for (TreeMap<Name, TreeSet<Integer>> zone : zones()) {
      DenialChain chain = style.chain(zone);
      for (Name name : names()) {
        for (int type : TYPES) {
          Truth truth = truth(zone, name, type);
          if (truth == Truth.NO_DATA || truth == Truth.NAME_ERROR) {
            List<Record> records = chain.deny(name);
            DnsName asked = DnsName.parse(name.toString());
            Denial denial = denial(records);
            Proof proof =
                truth == Truth.NO_DATA ? denial.noData(asked, type) : denial.nameError(asked);
            String what = "%s %s of %s by %s".formatted(truth, name, zone, records);
            assertThat(proof)
                .as(what)
                .isIn(
                    style == Style.OPT_OUT
                        ? List.of(Proof.PROVED, Proof.INSECURE)
                        : List.of(Proof.PROVED));
          }
        }
        Name encloser = encloser(zone, name);
        if (!encloser.equals(name) && !isBelow(zone, name)) {
          assertThat(
                  denial(chain.expanded(name, encloser))
                      .noCloserMatch(
                          DnsName.parse(name.toString()), DnsName.parse(encloser.toString())))
              .as("nothing closer for %s in %s", name, zone)
              .isEqualTo(style == Style.OPT_OUT ? Proof.INSECURE : Proof.PROVED);
        }
      }
    }
  }
}
