package dev.namewell.core.validate.denial;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.sim.World;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.utils.base32;

/** Records that are taken for verified, and what they prove together. */
abstract class DenialScene {
  static final DnsName ZONE = DnsName.parse("example.");
  private static final base32 BASE32 = new base32(base32.Alphabet.BASE32HEX, false, true);

  final World world = new World(6, "");
  final List<Rrset> verified = new ArrayList<>();

  @AfterEach
  void end() {
    world.close();
  }

  void nsec(String owner, String next, int... types) {
    add(
        new NSECRecord(
            Name.fromConstantString(owner), DClass.IN, 300, Name.fromConstantString(next), types));
  }

  /** A record that covers one name, and one that matches another; empty for none. */
  void nsec3(int iterations, boolean optOut, String gapOf, String matching, int... types) {
    if (!matching.isEmpty()) {
      byte[] hash = hash(matching, iterations);
      add(nsec3(hash, after(hash), iterations, optOut, types));
    }
    if (!gapOf.isEmpty()) {
      byte[] hash = hash(gapOf, iterations);
      add(nsec3(before(hash), after(hash), iterations, optOut));
    }
  }

  static NSEC3Record nsec3(
      byte[] owner, byte[] next, int iterations, boolean optOut, int... types) {
    return new NSEC3Record(
        Name.fromConstantString(BASE32.toString(owner) + ".example."),
        DClass.IN,
        300,
        1,
        optOut ? 1 : 0,
        iterations,
        new byte[] {(byte) 0xab},
        next,
        types);
  }

  static byte[] hash(String name, int iterations) {
    try {
      return nsec3(new byte[20], new byte[20], iterations, false)
          .hashName(Name.fromConstantString(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] after(byte[] hash) {
    byte[] next = hash.clone();
    next[next.length - 1]++;
    return next;
  }

  static byte[] before(byte[] hash) {
    byte[] previous = hash.clone();
    previous[previous.length - 1]--;
    return previous;
  }

  void add(Record record) {
    verified.add(rrset(record));
  }

  /** An RRset of one record. */
  static Rrset rrset(Record record) {
    return new Rrset(
        DnsName.parse(record.getName().toString()),
        record.getType(),
        DClass.IN,
        300,
        List.of(record.rdataToWireCanonical()),
        List.of());
  }

  Denial denial() {
    return new Denial(ZONE, verified, new Budget(world.time(), Duration.ofSeconds(5)));
  }

  static DnsName name(String text) {
    return DnsName.parse(text);
  }
}
