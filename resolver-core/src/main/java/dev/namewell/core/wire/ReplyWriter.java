package dev.namewell.core.wire;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes every reply: the client's ID, flags and letter case, aged TTLs, OPT, truncation. Owns one
 * buffer that is written anew each time. Not thread-safe.
 */
public final class ReplyWriter {
  private static final int OPT_FIXED = 11;
  private static final int OPTION_HEADER = 4;
  private static final int MAX_MESSAGE = 65535;

  /** Flags that a reply takes from the query. */
  private static final int ECHOED = Flags.OPCODE | Flags.RD | Flags.CD;

  /**
   * What all replies have in common.
   *
   * @param udpPayloadSize largest UDP reply, and what OPT announces
   * @param nsid octets for clients who ask (RFC 5001); empty for none
   * @param tcpKeepalive idle timeout to announce on streams in units of 100 ms (RFC 7828)
   * @param cookies for clients who send theirs; null for none
   */
  public record Options(
      int udpPayloadSize, byte[] nsid, IntSupplier tcpKeepalive, @Nullable ServerCookies cookies) {}

  private byte[] out;
  private Client client = new Client(Transport.UDP);
  private Options options;

  /**
   * @param size first size of the buffer, which grows as needed
   */
  public ReplyWriter(int size, Options options) {
    out = new byte[size];
    this.options = options;
  }

  /** Says for whom the next replies are: the client as it is when they are written. */
  public ReplyWriter to(Client receiver, Options commonOptions) {
    client = receiver;
    options = commonOptions;
    return this;
  }

  /** The octets of the reply written last. */
  public byte[] bytes() {
    return out;
  }

  /**
   * An answer whose records have been kept for a while.
   *
   * @param packed a message as in {@code Answer}, and behind it the offsets of its TTL fields, 16
   *     bits each
   * @param wireLength octets of the message
   * @param ageSeconds is taken from each TTL
   * @param note goes with it
   * @return length of the reply
   */
  public int answer(
      Query query, byte[] packed, int wireLength, int ageSeconds, @Nullable ExtendedError note) {
    int opt = begin(query, packed, wireLength, note);
    for (int at = wireLength; at < packed.length; at += 2) {
      int ttl = Octets.u16(packed, at);
      Octets.put32(out, ttl, Math.max(0, (int) Octets.u32(out, ttl) - ageSeconds));
    }
    return finish(query, packed, wireLength, opt, note);
  }

  /**
   * A stale answer (RFC 8767 §4).
   *
   * @param ttlSeconds TTL of every record whose own was not less
   */
  public int stale(Query query, Image image, int ttlSeconds, ExtendedError error) {
    int opt = begin(query, image.packed(), image.wireLength(), error);
    for (int at = image.wireLength(); at < image.packed().length; at += 2) {
      int offset = Octets.u16(image.packed(), at);
      long own = Octets.u32(image.packed(), offset);
      Octets.put32(out, offset, own > 0 ? (int) Math.min(own, ttlSeconds) : ttlSeconds);
    }
    return finish(query, image.packed(), image.wireLength(), opt, error);
  }

  /** A message with the offsets of its TTL fields behind it. */
  public record Image(byte[] packed, int wireLength) {}

  /** Returns how long the OPT record will be. */
  private int begin(Query query, byte[] packed, int wireLength, @Nullable ExtendedError error) {
    int opt = optLength(query, error);
    ensure(wireLength + opt);
    System.arraycopy(packed, 0, out, 0, wireLength);
    System.arraycopy(
        query.bytes(), Query.HEADER, out, Query.HEADER, query.questionEnd() - Query.HEADER);
    int flags =
        Flags.QR
            | Flags.RA
            | (query.flags() & ECHOED)
            | (packed[2] << 8 & Flags.AA)
            | (packed[3] & (query.wantsSecurity() ? Flags.AD | Flags.RCODE : Flags.RCODE));
    out[0] = query.bytes()[0];
    out[1] = query.bytes()[1];
    Octets.put16(out, 2, flags);
    return opt;
  }

  private int finish(
      Query query, byte[] packed, int wireLength, int opt, @Nullable ExtendedError error) {
    int limit = limit(query) - opt;
    int end = wireLength <= limit ? wireLength : truncate(packed, wireLength, limit);
    return writeOpt(query, end, 0, error);
  }

  private int limit(Query query) {
    return client.transport() == Transport.UDP
        ? Math.min(query.udpPayloadSize(), options.udpPayloadSize())
        : MAX_MESSAGE;
  }

  /**
   * Keeps the whole records of the answer section that fit and sets TC: a client that does not
   * retry over TCP still has addresses to try.
   */
  private int truncate(byte[] packed, int wireLength, int limit) {
    int answers = Octets.u16(out, 6);
    int kept = 0;
    int end = questionEnd();
    for (int at = wireLength; at < packed.length && kept < answers; at += 2) {
      int ttl = Octets.u16(packed, at);
      int recordEnd = ttl + 6 + Octets.u16(out, ttl + 4);
      if (recordEnd > limit) {
        break;
      }
      end = recordEnd;
      kept++;
    }
    out[2] |= (byte) (Flags.TC >> 8);
    Octets.put16(out, 6, kept);
    Octets.put16(out, 8, 0);
    return end;
  }

  private int questionEnd() {
    int at = Query.HEADER;
    while (out[at] != 0) {
      at += 1 + out[at];
    }
    return at + 5;
  }

  /**
   * An answer made here: records are written behind the question as given.
   *
   * @return length of the reply
   */
  public int local(Query query, LocalAnswer local) {
    int opt = optLength(query, local.error());
    int start = copyQuestion(query, local.records().length + opt);
    int flags = Flags.QR | Flags.RA | (query.flags() & ECHOED) | local.rcode();
    int end = start + local.records().length;
    if (end + opt <= limit(query)) {
      System.arraycopy(local.records(), 0, out, start, local.records().length);
      Octets.put16(out, 6, local.answers());
      Octets.put16(out, 8, local.authorities());
    } else {
      end = start;
      flags |= Flags.TC;
    }
    Octets.put16(out, 2, local.authoritative() ? flags | Flags.AA : flags);
    return writeOpt(query, end, 0, local.error());
  }

  /**
   * An error made from the query's own octets.
   *
   * @param rcode 12 bits; the upper ones need the client's EDNS
   */
  public int error(Query query, int rcode, @Nullable ExtendedError error) {
    int end = copyQuestion(query, optLength(query, error));
    // Who is refused, or asks what cannot be read, gets no recursion here.
    int available = rcode == Rcode.SERVFAIL ? Flags.RA : 0;
    int flags = Flags.QR | available | (query.flags() & ECHOED) | (rcode & Flags.RCODE);
    Octets.put16(out, 2, flags);
    return writeOpt(query, end, rcode >> 4, error);
  }

  /** Nothing but the question and TC: asks the client to come again over TCP. */
  public int truncated(Query query) {
    int end = copyQuestion(query, optLength(query, null));
    Octets.put16(out, 2, Flags.QR | Flags.TC | Flags.RA | (query.flags() & ECHOED));
    return writeOpt(query, end, 0, null);
  }

  private int copyQuestion(Query query, int room) {
    int end = query.questionEnd();
    ensure(end + room);
    System.arraycopy(query.bytes(), 0, out, 0, end);
    Octets.put16(out, 4, query.hasQuestion() ? 1 : 0);
    Octets.put32(out, 6, 0);
    Octets.put16(out, 10, 0);
    return end;
  }

  private int optLength(Query query, @Nullable ExtendedError error) {
    if (!query.hasEdns()) {
      return 0;
    }
    int length = OPT_FIXED;
    if (error != null) {
      length += OPTION_HEADER + 2 + error.text().length();
    }
    if (query.wantsNsid() && options.nsid().length > 0) {
      length += OPTION_HEADER + options.nsid().length;
    }
    if (query.wantsTcpKeepalive() && client.transport().isStream()) {
      length += OPTION_HEADER + 2;
    }
    if (query.hasCookie() && options.cookies() != null) {
      length += OPTION_HEADER + ServerCookies.LENGTH;
    }
    return length;
  }

  private int writeOpt(Query query, int start, int extendedRcode, @Nullable ExtendedError error) {
    if (!query.hasEdns()) {
      return start;
    }
    Octets.put16(out, 10, 1);
    out[start] = 0;
    Octets.put16(out, start + 1, RecordType.OPT);
    Octets.put16(out, start + 3, options.udpPayloadSize());
    out[start + 5] = (byte) extendedRcode;
    out[start + 6] = 0;
    Octets.put16(out, start + 7, query.dnssecOk() ? 0x8000 : 0);
    int at = start + OPT_FIXED;
    if (error != null) {
      at = writeError(at, error);
    }
    if (query.wantsNsid() && options.nsid().length > 0) {
      at = option(at, Edns.NSID, options.nsid().length);
      System.arraycopy(options.nsid(), 0, out, at, options.nsid().length);
      at += options.nsid().length;
    }
    if (query.wantsTcpKeepalive() && client.transport().isStream()) {
      at = option(at, Edns.TCP_KEEPALIVE, 2);
      Octets.put16(out, at, options.tcpKeepalive().getAsInt());
      at += 2;
    }
    ServerCookies cookies = options.cookies();
    if (query.hasCookie() && cookies != null) {
      at = option(at, Edns.COOKIE, ServerCookies.LENGTH);
      cookies.write(query, client, out, at);
      at += ServerCookies.LENGTH;
    }
    Octets.put16(out, start + 9, at - start - OPT_FIXED);
    return at;
  }

  private int writeError(int start, ExtendedError error) {
    byte[] text = error.text().getBytes(StandardCharsets.US_ASCII);
    int at = option(start, Edns.EXTENDED_ERROR, 2 + text.length);
    Octets.put16(out, at, error.code());
    System.arraycopy(text, 0, out, at + 2, text.length);
    return at + 2 + text.length;
  }

  private int option(int at, int code, int length) {
    Octets.put16(out, at, code);
    Octets.put16(out, at + 2, length);
    return at + OPTION_HEADER;
  }

  private void ensure(int size) {
    if (out.length < size) {
      out = Arrays.copyOf(out, size);
    }
  }
}
