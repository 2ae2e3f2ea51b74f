package dev.namewell.server.client;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.Edns;
import dev.namewell.core.wire.Flags;
import dev.namewell.server.client.ClientQuery.Flag;
import java.nio.ByteBuffer;

/** Queries as bytes. */
public final class QueryBytes {
  static final int HEADER = 12;
  private static final int DO_BIT = 0x8000;
  private static final int OPTION_HEADER = 4;
  private static final int MAX_LENGTH = 512;

  private QueryBytes() {}

  static byte[] write(ClientQuery query, int id) {
    ByteBuffer message = ByteBuffer.allocate(MAX_LENGTH);
    boolean edns = query.udpPayloadSize() > 0;
    int flags =
        (query.has(Flag.RECURSION_DESIRED) ? Flags.RD : 0)
            | (query.has(Flag.CHECKING_DISABLED) ? Flags.CD : 0)
            | (query.has(Flag.AUTHENTIC_DATA) ? Flags.AD : 0);
    message.putShort((short) id).putShort((short) flags).putShort((short) 1);
    message.putInt(0).putShort((short) (edns ? 1 : 0));
    message.put(query.name());
    message.putShort((short) query.type()).putShort((short) query.recordClass());
    if (edns) {
      message.put((byte) 0).putShort((short) RecordType.OPT);
      message.putShort((short) query.udpPayloadSize());
      message.putInt(query.has(Flag.DNSSEC_OK) ? DO_BIT : 0);
      message.putShort((short) (query.has(Flag.NSID) ? OPTION_HEADER : 0));
      if (query.has(Flag.NSID)) {
        message.putShort((short) Edns.NSID).putShort((short) 0);
      }
    }
    byte[] bytes = new byte[message.position()];
    message.flip().get(bytes);
    return bytes;
  }

  /**
   * Wire form of a name as typed; letters keep their case, for servers are to echo it.
   *
   * @throws IllegalArgumentException if the text is no domain name
   */
  public static byte[] name(String text) {
    byte[] wire = DnsName.parse(text).wire();
    if (text.indexOf('\\') < 0 && !text.equals(".")) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) != '.') {
          wire[i + 1] = (byte) text.charAt(i);
        }
      }
    }
    return wire;
  }

  /**
   * True if the message is a response to this query: ID, QR, and the question where there is one.
   */
  static boolean answers(byte[] query, byte[] message) {
    if (message.length < HEADER
        || message[0] != query[0]
        || message[1] != query[1]
        || (message[2] & 0x80) == 0) {
      return false;
    }
    boolean noQuestion = message[4] == 0 && message[5] == 0;
    return noQuestion || sameQuestion(query, message);
  }

  private static boolean sameQuestion(byte[] query, byte[] message) {
    int at = HEADER;
    while (at < query.length && query[at] != 0) {
      at += 1 + query[at];
    }
    int end = at + 1 + Integer.BYTES;
    if (message.length < end) {
      return false;
    }
    for (int i = HEADER; i < end; i++) {
      if (lower(query[i]) != lower(message[i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
  }

  static int rcode(byte[] message) {
    return message[3] & Flags.RCODE;
  }

  static boolean isTruncated(byte[] message) {
    return (message[2] & (Flags.TC >> Byte.SIZE)) != 0;
  }
}
