package dev.namewell.server.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Queries as clients send them, and what becomes of them when octets are changed, lost, doubled and
 * mixed. The same seed gives the same packets. Most names are answered without any upstream, and
 * stay so when a label is changed.
 */
final class MutatedQueries {
  /** The largest packet, octets. */
  static final int MAX_LENGTH = 4096;

  private static final int MAX_MUTATIONS = 4;
  private static final int HEADER = 12;

  /** Of so many packets one is left as it was, one is nothing but random octets. */
  private static final int ONE_IN = 32;

  private static final int[] TELLING_OCTETS = {
    0, 1, 0x0c, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xff
  };

  private static final byte[] NOTHING = {};

  private static final String[] NAMES = {
    "localhost.",
    "www.localhost.",
    "service.onion.",
    "host.local.",
    "x.invalid.",
    "y.test.",
    "1.0.0.127.in-addr.arpa.",
    "9.8.168.192.in-addr.arpa.",
    "a.b.c.d.localhost.",
    "www.example.",
    "."
  };

  private static final int[] TYPES = {
    Type.A,
    Type.AAAA,
    Type.MX,
    Type.TXT,
    Type.ANY,
    Type.HTTPS,
    Type.PTR,
    Type.SOA,
    Type.AXFR,
    Type.DS,
    65_280
  };

  private final SplittableRandom random;
  private final List<byte[]> corpus;
  private byte[] packet = new byte[0];

  MutatedQueries(long seed) throws IOException {
    random = new SplittableRandom(seed);
    corpus = corpus();
  }

  private static List<byte[]> corpus() throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (String name : NAMES) {
      for (int type : TYPES) {
        all.add(query(name, type).toWire());
        all.add(withEdns(query(name, type), 1232, 0, List.of()));
      }
      all.add(withEdns(query(name, Type.A), 512, ExtendedFlags.DO, options()));
    }
    String label = "x".repeat(63) + ".";
    String longest = label + label + label + "x".repeat(51) + ".localhost.";
    all.add(query(longest, Type.A).toWire());
    all.add(withEdns(query(longest, Type.AAAA), 4096, ExtendedFlags.DO, options()));
    all.add(withEdns(query("localhost.", Type.A), 0, 0, List.of(new CookieOption(new byte[8]))));
    all.add(chaos("version.bind.").toWire());
    all.add(chaos("id.server.").toWire());
    Message notify = query("zone.localhost.", Type.SOA);
    notify.getHeader().setOpcode(Opcode.NOTIFY);
    all.add(notify.toWire());
    Message transfer = query("zone.localhost.", Type.IXFR);
    Name zone = Name.fromString("zone.localhost.");
    transfer.addRecord(
        new SOARecord(zone, DClass.IN, 0, zone, zone, 1, 2, 3, 4, 5), Section.AUTHORITY);
    all.add(transfer.toWire());
    Message response = query("localhost.", Type.A);
    response.getHeader().setFlag(Flags.QR);
    all.add(response.toWire());
    return all;
  }

  private static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
  }

  private static Message chaos(String name) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name), Type.TXT, DClass.CH));
  }

  private static byte[] withEdns(Message query, int size, int flags, List<EDNSOption> options) {
    query.addRecord(new OPTRecord(size, 0, 0, flags, options), Section.ADDITIONAL);
    return query.toWire();
  }

  private static List<EDNSOption> options() throws IOException {
    return List.of(
        new NSIDOption(new byte[0]),
        new CookieOption(new byte[8], new byte[16]),
        new ClientSubnetOption(24, InetAddress.ofLiteral("192.0.2.0")),
        new GenericEDNSOption(EDNSOption.Code.TCP_KEEPALIVE, new byte[0]),
        new GenericEDNSOption(EDNSOption.Code.PADDING, new byte[64]),
        new GenericEDNSOption(65_001, new byte[] {1, 2, 3}));
  }

  /** The next packet, of 1 to {@link #MAX_LENGTH} octets. */
  byte[] next() {
    int kind = random.nextInt(ONE_IN);
    if (kind == 0) {
      packet = new byte[1 + random.nextInt(random.nextInt(ONE_IN) == 0 ? MAX_LENGTH : 64)];
      random.nextBytes(packet);
      return packet;
    }
    packet = pick().clone();
    packet[0] = (byte) random.nextInt();
    packet[1] = (byte) random.nextInt();
    int mutations = kind == 1 ? 0 : 1 + random.nextInt(MAX_MUTATIONS);
    for (int i = 0; i < mutations; i++) {
      mutate();
    }
    return packet;
  }

  private byte[] pick() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private void mutate() {
    int at = random.nextInt(packet.length);
    switch (random.nextInt(10)) {
      case 0 -> packet[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case 1 -> packet[at] = (byte) random.nextInt();
      case 2 -> packet[at] = (byte) TELLING_OCTETS[random.nextInt(TELLING_OCTETS.length)];
      case 3 -> splice(at, NOTHING, 0, 0, packet.length);
      case 4 -> splice(packet.length, noise(), 0, 64, packet.length);
      case 5 -> splice(at, packet, at, packet.length, at);
      case 6 -> splice(at, NOTHING, 0, 0, at + random.nextInt(packet.length - at));
      case 7 -> splice(at, pick(), 0, random.nextInt(HEADER * 4), at);
      case 8 -> count();
      default -> pointer(at);
    }
  }

  private byte[] noise() {
    byte[] octets = new byte[random.nextInt(64)];
    random.nextBytes(octets);
    return octets;
  }

  /**
   * What stands before {@code keep}, then a part of {@code more}, then the rest from {@code go}.
   */
  private void splice(int keep, byte[] more, int from, int length, int go) {
    byte[] old = packet;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(old, 0, keep);
    out.write(more, from, Math.clamp(length, 0, more.length - from));
    out.write(old, go, old.length - go);
    byte[] whole = out.toByteArray();
    if (whole.length > 0 && whole.length <= MAX_LENGTH) {
      packet = whole;
    }
  }

  /** Changes one of the four counts of the header. */
  private void count() {
    int at = 4 + 2 * random.nextInt(4);
    if (packet.length >= HEADER) {
      packet[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 0);
      packet[at + 1] = (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt());
    }
  }

  /** A compression pointer: to itself, backwards, forwards or out of the packet. */
  private void pointer(int at) {
    if (at + 1 < packet.length) {
      int target = random.nextBoolean() ? at : random.nextInt(1 << 14);
      packet[at] = (byte) (0xc0 | target >> Byte.SIZE);
      packet[at + 1] = (byte) target;
    }
  }

  /** A number that goes with the packets. */
  int nextInt(int bound) {
    return random.nextInt(bound);
  }
}
