package dev.namewell.core.wire;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.ParsedResponse.Malformed;
import dev.namewell.core.wire.Response.ServerEdns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server's octets strictly and in linear time. Names that point forward, rdata that is not
 * of its type's form, a second OPT record and octets behind the last record make it malformed.
 */
public final class ResponseReader {
  /** Records in one message; a TCP message of the smallest records has about four thousand. */
  private static final int MAX_RECORDS = 4096;

  /** Where the header counts the additional section, the only one for OPT (RFC 6891 §6.1.1). */
  private static final int ADDITIONAL = 10;

  private static final int MAX_ERRORS = 3;
  private static final int MAX_ERROR_TEXT = 200;
  private static final Malformed CUT_SHORT = new Malformed("cut short");

  private final byte[] message;
  private final WireNames names;
  private int at;
  private @Nullable ServerEdns edns;
  private int extendedRcode;
  private @Nullable DnsName questionName;

  private ResponseReader(byte[] message) {
    this.message = message;
    this.names = new WireNames(message, message.length);
  }

  /** Reads a whole message; the octets are referred to, not copied. */
  public static ParsedResponse read(byte[] message) {
    return new ResponseReader(message).read();
  }

  private ParsedResponse read() {
    if (message.length < Query.HEADER) {
      return CUT_SHORT;
    }
    int flags = Octets.u16(message, 2);
    if ((flags & Flags.QR) == 0) {
      return new Malformed("not a response");
    }
    int questions = Octets.u16(message, 4);
    if (questions > 1) {
      return new Malformed("more than one question");
    }
    at = Query.HEADER;
    int questionType = 0;
    int questionClass = 0;
    if (questions == 1) {
      at = names.read(at);
      if (at < 0 || at + 4 > message.length) {
        return CUT_SHORT;
      }
      questionName = names.name();
      questionType = Octets.u16(message, at);
      questionClass = Octets.u16(message, at + 2);
      at += 4;
    }
    int questionEnd = at;
    List<ResponseRecord> answer = section(6);
    List<ResponseRecord> authority = answer == null ? null : section(8);
    List<ResponseRecord> additional = authority == null ? null : section(ADDITIONAL);
    boolean truncated = (flags & Flags.TC) != 0;
    if (answer == null || authority == null || additional == null) {
      return truncated ? truncated(flags, questionType, questionClass, questionEnd) : CUT_SHORT;
    }
    if (at != message.length) {
      return new Malformed("octets behind the last record");
    }
    int rcode = extendedRcode << 4 | (flags & Flags.RCODE);
    return new Response(
        message,
        flags,
        rcode,
        questionName,
        questionType,
        questionClass,
        questionEnd,
        answer,
        authority,
        additional,
        Optional.ofNullable(edns),
        names.hasStrayPointers());
  }

  /** A cut-off message with TC set says no more than: ask over TCP. */
  private Response truncated(int flags, int questionType, int questionClass, int questionEnd) {
    return new Response(
        message,
        flags,
        flags & Flags.RCODE,
        questionName,
        questionType,
        questionClass,
        questionEnd,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        false);
  }

  /**
   * @param countAt where the header says how many records the section has
   */
  private @Nullable List<ResponseRecord> section(int countAt) {
    int count = Octets.u16(message, countAt);
    if (count > MAX_RECORDS) {
      return null;
    }
    if (count == 0) {
      return List.of();
    }
    List<ResponseRecord> records = new ArrayList<>(Math.min(count, 16));
    for (int i = 0; i < count; i++) {
      int start = at;
      DnsName owner = owner();
      if (owner == null || at + 10 > message.length) {
        return null;
      }
      int type = Octets.u16(message, at);
      int rdata = at + 10;
      int end = rdata + Octets.u16(message, at + 8);
      if (end > message.length) {
        return null;
      }
      if (type == RecordType.OPT) {
        boolean misplaced = countAt != ADDITIONAL || edns != null || !owner.isRoot();
        if (misplaced || !readEdns(at, rdata, end)) {
          return null;
        }
      } else {
        if (!RdataNames.isWellFormed(message, names, type, rdata, end)) {
          return null;
        }
        long ttl = Octets.u32(message, at + 4);
        int ttlSeconds = ttl > Integer.MAX_VALUE ? 0 : (int) ttl;
        int recordClass = Octets.u16(message, at + 2);
        records.add(new ResponseRecord(owner, type, recordClass, ttlSeconds, start, at + 4, end));
      }
      at = end;
    }
    return records;
  }

  private @Nullable DnsName owner() {
    boolean isQuestion =
        questionName != null
            && at + 1 < message.length
            && message[at] == (byte) 0xc0
            && message[at + 1] == Query.HEADER;
    if (isQuestion) {
      at += 2;
      return questionName;
    }
    at = names.read(at);
    return at < 0 ? null : names.name();
  }

  private boolean readEdns(int fixed, int start, int end) {
    extendedRcode = message[fixed + 4] & 0xff;
    byte[] cookie = {};
    int keepalive = -1;
    List<ExtendedError> errors = new ArrayList<>(1);
    int option = start;
    while (option < end) {
      if (option + 4 > end) {
        return false;
      }
      int code = Octets.u16(message, option);
      int size = Octets.u16(message, option + 2);
      int value = option + 4;
      if (value + size > end) {
        return false;
      }
      if (code == Edns.COOKIE && Edns.isCookieLength(size)) {
        cookie = Arrays.copyOfRange(message, value, value + size);
      } else if (code == Edns.TCP_KEEPALIVE && size == 2) {
        keepalive = Octets.u16(message, value);
      } else if (code == Edns.EXTENDED_ERROR && size >= 2 && errors.size() < MAX_ERRORS) {
        int text = Math.min(size - 2, MAX_ERROR_TEXT);
        errors.add(
            new ExtendedError(
                Octets.u16(message, value),
                new String(message, value + 2, text, StandardCharsets.UTF_8)));
      }
      option = value + size;
    }
    edns = new ServerEdns(Octets.u16(message, fixed + 2), cookie, errors, keepalive);
    return true;
  }
}
