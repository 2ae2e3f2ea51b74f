package dev.namewell.server.outbound;

import dev.namewell.core.dns.Ascii;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells whether a message answers a query (RFC 5452 §9.1); the ID is compared elsewhere. */
final class Matching {
  /** Parts of a message (RFC 1035 §4.1.1): octets of the header, offsets and bits in it. */
  private static final int HEADER = 12;

  private static final int FLAGS = 2;
  private static final int QUESTION_COUNT = 4;
  private static final int QR = 0x8000;
  private static final int RCODE = 0x000f;

  private static final int TYPE_AND_CLASS = 4;
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private Matching() {}

  static int id(byte[] message) {
    return u16(message, 0);
  }

  static void setId(byte[] message, int id) {
    SHORTS.set(message, 0, (short) id);
  }

  private static int u16(byte[] message, int at) {
    return (short) SHORTS.get(message, at) & 0xffff;
  }

  /**
   * Where the question of a query ends.
   *
   * @throws IllegalArgumentException if the query has no whole question: a defect of the caller
   */
  static int questionEnd(byte[] query) {
    int at = HEADER;
    while (at < query.length && query[at] != 0) {
      at += 1 + (query[at] & 0xff);
    }
    int end = at + 1 + TYPE_AND_CLASS;
    if (end > query.length) {
      throw new IllegalArgumentException("no whole question in a query of " + query.length);
    }
    return end;
  }

  static boolean isResponse(byte[] message) {
    return message.length >= HEADER && (u16(message, FLAGS) & QR) != 0;
  }

  /** True if the response repeats the query's question, letter case apart. */
  static boolean repeatsQuestion(byte[] query, int questionEnd, byte[] response) {
    if (response.length < questionEnd || u16(response, QUESTION_COUNT) != 1) {
      return false;
    }
    // Only the name is folded: type 65 and type 97 differ by what would be a letter's case.
    int nameEnd = questionEnd - TYPE_AND_CLASS;
    for (int i = nameEnd; i < questionEnd; i++) {
      if (query[i] != response[i]) {
        return false;
      }
    }
    return Ascii.equalsIgnoringCase(query, HEADER, response, HEADER, nameEnd - HEADER);
  }

  /**
   * True for an error without question, as servers send that do not know EDNS (RFC 6891 §7). To be
   * believed on a stream only: by UDP it would be a response that is easier to forge.
   */
  static boolean isErrorWithoutQuestion(byte[] response) {
    return u16(response, QUESTION_COUNT) == 0 && (u16(response, FLAGS) & RCODE) != 0;
  }
}
