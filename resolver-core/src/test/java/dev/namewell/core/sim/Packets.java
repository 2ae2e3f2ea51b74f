package dev.namewell.core.sim;

import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.NameText;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What the network does to octets: compares, damages, forges. */
final class Packets {
  private static final int HEADER = 12;
  private static final int QUESTION_TAIL = 4;
  private static final int POISON_TTL = 86_400;

  /** Forged responses carry records for this name as well. */
  private static final byte[] OTHER_NAME = {
    4, 'e', 'v', 'i', 'l', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0
  };

  private final SplittableRandom random;

  Packets(SplittableRandom random) {
    this.random = random;
  }

  private static int questionEnd(byte[] message) {
    int at = HEADER;
    while (message[at] != 0) {
      at += 1 + message[at];
    }
    return at + 1 + QUESTION_TAIL;
  }

  /** QNAME as written, and QTYPE. */
  static String question(byte[] query) {
    int type = Octets.u16(query, questionEnd(query) - QUESTION_TAIL);
    return NameText.format(query, HEADER) + " " + RecordType.mnemonic(type);
  }

  /** Equal for queries that would be answered alike: question, RD, CD, DO. */
  static String identity(byte[] query) {
    int end = questionEnd(query);
    byte[] folded = query.clone();
    Ascii.lower(folded, HEADER, end - HEADER);
    boolean edns = Octets.u16(query, 10) > 0;
    boolean dnssecOk = edns && (query[end + 7] & 0x80) != 0;
    int flags = Octets.u16(query, 2);
    return Arrays.hashCode(Arrays.copyOfRange(folded, HEADER, end))
        + question(folded)
        + (flags & 0x0110)
        + dnssecOk;
  }

  /** ID, QR and question fit, letter case apart. A bare header of an error counts (RFC 6891 §7). */
  static boolean isResponseTo(byte[] query, byte[] packet) {
    if (packet.length < HEADER
        || packet[0] != query[0]
        || packet[1] != query[1]
        || (packet[2] & 0x80) == 0) {
      return false;
    }
    if (Octets.u16(packet, 4) == 0) {
      return (packet[3] & 0xf) != 0;
    }
    int end = questionEnd(query);
    return packet.length >= end
        && Ascii.equalsIgnoringCase(query, HEADER, packet, HEADER, end - HEADER);
  }

  /** Damages a response so that it is certainly no message: its counts lie. */
  byte[] garble(byte[] response) {
    byte[] damaged = response.clone();
    int section = 6 + 2 * random.nextInt(3);
    Octets.put16(damaged, section, Octets.u16(damaged, section) + 1 + random.nextInt(100));
    for (int i = questionEnd(damaged) + 12; i < damaged.length; i += 1 + random.nextInt(20)) {
      damaged[i] ^= (byte) (1 << random.nextInt(8));
    }
    damaged[2] &= (byte) ~0x02;
    return damaged;
  }

  /** Takes at least one octet off the end. */
  byte[] cut(byte[] response) {
    byte[] cut = Arrays.copyOf(response, random.nextInt(response.length));
    if (cut.length > 2) {
      cut[2] &= (byte) ~0x02;
    }
    return cut;
  }

  /** A response with a poisoned address; null where there is nothing to get wrong. */
  byte @Nullable [] forge(byte[] query, Fault.Forgery forgery) {
    byte[] base = Arrays.copyOf(query, questionEnd(query));
    byte[] forged =
        switch (forgery) {
          case WRONG_ID -> poisoned(base, HEADER, null);
          case OTHER_QUESTION -> poisoned(base, HEADER, OTHER_NAME);
          case WRONG_CASE -> poisoned(base, HEADER, null);
        };
    switch (forgery) {
      case WRONG_ID -> forged[1] ^= (byte) (1 + random.nextInt(255));
      case OTHER_QUESTION -> {}
      case WRONG_CASE -> {
        Ascii.lower(forged, HEADER, base.length - HEADER - QUESTION_TAIL);
        if (Arrays.equals(base, HEADER, base.length, forged, HEADER, base.length)) {
          return null;
        }
      }
    }
    return forged;
  }

  private static byte[] poisoned(byte[] base, int header, byte @Nullable [] otherName) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(base, 0, header);
    if (otherName == null) {
      out.write(base, header, base.length - header);
    } else {
      out.writeBytes(otherName);
      out.write(base, base.length - QUESTION_TAIL, QUESTION_TAIL);
    }
    byte[] record = new byte[16];
    Octets.put16(record, 0, 0xc000 | HEADER);
    Octets.put16(record, 2, RecordType.A);
    Octets.put16(record, 4, 1);
    Octets.put32(record, 6, POISON_TTL);
    Octets.put16(record, 10, 4);
    System.arraycopy(SimulatedNetwork.POISON.getAddress(), 0, record, 12, 4);
    out.writeBytes(record);
    byte[] message = out.toByteArray();
    message[2] |= (byte) 0x80;
    message[3] = (byte) 0x80;
    Octets.put16(message, 6, 1);
    Octets.put16(message, 8, 0);
    Octets.put16(message, 10, 0);
    return message;
  }
}
