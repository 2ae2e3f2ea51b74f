package dev.namewell.core.wire;

import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes queries to servers. */
public final class QueryWriter {
  private static final int QUESTION_TAIL = 4;
  private static final int OPT_FIXED = 11;
  private static final int OPTION_HEADER = 4;

  private QueryWriter() {}

  /**
   * What goes into the OPT record.
   *
   * @param udpPayloadSize what we can receive over UDP
   * @param cookie client cookie, and server cookie if known (RFC 7873 §4); empty for none
   * @param tcpKeepalive asks how long the connection may be kept (RFC 7828 §3.2.1); never over UDP
   */
  public record OutgoingEdns(int udpPayloadSize, byte[] cookie, boolean tcpKeepalive) {}

  /**
   * A query with ID 0 and the name in lower case.
   *
   * @param edns null for a query without OPT, which then cannot carry DO
   */
  public static byte[] write(
      Question question, boolean recursionDesired, @Nullable OutgoingEdns edns) {
    int nameLength = question.name().length();
    int optLength = edns == null ? 0 : OPT_FIXED + optionLength(edns);
    byte[] query = new byte[Query.HEADER + nameLength + QUESTION_TAIL + optLength];
    int flags = (recursionDesired ? Flags.RD : 0) | (question.checkingDisabled() ? Flags.CD : 0);
    Octets.put16(query, 2, flags);
    Octets.put16(query, 4, 1);
    int at = question.name().copyTo(query, Query.HEADER);
    Octets.put16(query, at, question.type());
    Octets.put16(query, at + 2, question.recordClass());
    if (edns != null) {
      Octets.put16(query, 10, 1);
      writeOpt(query, at + QUESTION_TAIL, question.dnssecOk(), edns);
    }
    return query;
  }

  private static int optionLength(OutgoingEdns edns) {
    int cookie = edns.cookie().length == 0 ? 0 : OPTION_HEADER + edns.cookie().length;
    return edns.tcpKeepalive() ? cookie + OPTION_HEADER : cookie;
  }

  private static void writeOpt(byte[] query, int at, boolean dnssecOk, OutgoingEdns edns) {
    Octets.put16(query, at + 1, RecordType.OPT);
    Octets.put16(query, at + 3, edns.udpPayloadSize());
    query[at + 7] = (byte) (dnssecOk ? 0x80 : 0);
    Octets.put16(query, at + 9, optionLength(edns));
    int option = at + OPT_FIXED;
    if (edns.tcpKeepalive()) {
      Octets.put16(query, option, Edns.TCP_KEEPALIVE);
      option += OPTION_HEADER;
    }
    if (edns.cookie().length > 0) {
      Octets.put16(query, option, Edns.COOKIE);
      Octets.put16(query, option + 2, edns.cookie().length);
      System.arraycopy(edns.cookie(), 0, query, option + OPTION_HEADER, edns.cookie().length);
    }
  }

  /**
   * A copy whose QNAME has the letter case that {@code bits} say, one bit a letter, used again
   * after 64 letters (0x20, draft-vixie-dnsext-dns0x20).
   */
  public static byte[] withLetterCase(byte[] query, long bits) {
    byte[] copy = Arrays.copyOf(query, query.length);
    int letters = 0;
    for (int at = Query.HEADER; copy[at] != 0; ) {
      int end = at + 1 + copy[at];
      for (int i = at + 1; i < end; i++) {
        if (copy[i] >= 'a' && copy[i] <= 'z' && (bits >>> (letters++ & 63) & 1) != 0) {
          copy[i] = (byte) (copy[i] - 32);
        }
      }
      at = end;
    }
    return copy;
  }

  /** True if both messages carry the same question, letter for letter. */
  public static boolean sameQuestionExactly(byte[] query, byte[] response) {
    int end = Query.HEADER;
    while (query[end] != 0) {
      end += 1 + query[end];
    }
    end += 1 + QUESTION_TAIL;
    return response.length >= end
        && Arrays.equals(query, Query.HEADER, end, response, Query.HEADER, end);
  }
}
