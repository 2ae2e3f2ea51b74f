package dev.namewell.core.wire;

import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.KeyedHash;
import dev.namewell.core.dns.NameText;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A query as it came: header, question, the client's EDNS. Read anew for each packet into the same
 * object, so that a cached answer costs no allocation; {@link #copy} what must outlive the packet.
 * Not thread-safe.
 */
public final class Query {
  /** What a packet is. */
  public enum Form {
    WELL_FORMED,
    /** Shorter than a header: not answered. */
    RUNT,
    /** QR is set: not answered, for two servers could go on forever. */
    RESPONSE,
    /** No question, only a cookie: asks for a server cookie (RFC 7873 §5.4). */
    COOKIE_ONLY,
    /** FORMERR. */
    MALFORMED,
    /** NOTIMP: an opcode other than QUERY. */
    NOT_IMPLEMENTED,
    /** BADVERS (RFC 6891 §6.1.3). */
    BAD_EDNS_VERSION
  }

  static final int HEADER = 12;

  /** The one kind of query that is served (RFC 1035 §4.1.1). */
  private static final int OPCODE_QUERY = 0;

  /** Options read in one OPT record; more is FORMERR (cost bound). */
  private static final int MAX_OPTIONS = 100;

  /** OPT, and TSIG or SIG(0) which are passed over; more is FORMERR. */
  private static final int MAX_ADDITIONAL = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[0];
  private int length;
  private int flags;
  private int questionEnd;
  private int nameLength;
  private int type;
  private int recordClass;
  private int hash;
  private boolean edns;
  private boolean dnssecOk;
  private int udpPayloadSize;
  private boolean nsid;
  private boolean tcpKeepalive;
  private int cookieAt;
  private int cookieLength;

  /** The name in lower case, zeros behind it up to a multiple of eight. */
  private final byte[] name;

  /** To read whatever comes. */
  public Query() {
    this(DnsName.MAX_LENGTH);
  }

  private Query(int longestName) {
    name = new byte[longestName + 1 + Long.BYTES];
  }

  /** Reads a packet; refers to {@code packet} until the next call. */
  public Form read(byte[] packet, int packetLength) {
    bytes = packet;
    length = packetLength;
    questionEnd = HEADER;
    nameLength = 0;
    edns = false;
    dnssecOk = false;
    udpPayloadSize = 0;
    nsid = false;
    tcpKeepalive = false;
    cookieLength = 0;
    if (packetLength < HEADER) {
      return Form.RUNT;
    }
    flags = u16(2);
    if ((flags & Flags.QR) != 0) {
      return Form.RESPONSE;
    }
    if (opcode() != OPCODE_QUERY) {
      return Form.NOT_IMPLEMENTED;
    }
    if (u16(4) == 0 && (u16(6) | u16(8)) == 0) {
      Form form = readAdditional(HEADER);
      boolean cookieOnly = form == Form.WELL_FORMED && cookieLength > 0;
      return cookieOnly ? Form.COOKIE_ONLY : Form.MALFORMED;
    }
    if (u16(4) != 1 || !readQuestion()) {
      return Form.MALFORMED;
    }
    if ((u16(6) | u16(8)) != 0 && type != RecordType.IXFR) {
      return Form.MALFORMED;
    }
    Form form = u16(10) == 0 ? Form.WELL_FORMED : readAdditional(questionEnd);
    if (form == Form.WELL_FORMED
        && u16(10) == 0
        && type != RecordType.IXFR
        && questionEnd != length) {
      return Form.MALFORMED;
    }
    if (form == Form.WELL_FORMED) {
      computeHash();
    }
    return form;
  }

  private boolean readQuestion() {
    int at = HEADER;
    while (true) {
      if (at >= length) {
        return false;
      }
      int label = bytes[at] & 0xff;
      if (label == 0) {
        break;
      }
      if (label > DnsName.MAX_LABEL_LENGTH) {
        return false;
      }
      at += 1 + label;
    }
    int octets = at + 1 - HEADER;
    if (octets > DnsName.MAX_LENGTH || at + 5 > length) {
      return false;
    }
    nameLength = octets;
    type = u16(at + 1);
    recordClass = u16(at + 3);
    questionEnd = at + 5;
    return true;
  }

  private void computeHash() {
    System.arraycopy(bytes, HEADER, name, 0, nameLength);
    LONGS.set(name, nameLength, 0L);
    long running = KeyedHash.seed();
    for (int at = 0; at < nameLength; at += Long.BYTES) {
      long folded = Ascii.lower((long) LONGS.get(name, at));
      LONGS.set(name, at, folded);
      running = KeyedHash.mix(running, folded);
    }
    hash = KeyedHash.finish(KeyedHash.mix(running, variant()));
  }

  private long variant() {
    return variant(type, recordClass, dnssecOk, checkingDisabled());
  }

  /** Everything but the name that makes a question another one, in one number. */
  public static long variant(
      int type, int recordClass, boolean dnssecOk, boolean checkingDisabled) {
    return (long) type << 32
        | (long) recordClass << 8
        | (dnssecOk ? 2 : 0)
        | (checkingDisabled ? 1 : 0);
  }

  /** The hash that {@link #hash} has for a query of this question. */
  public static int hash(Question question) {
    byte[] padded = Arrays.copyOf(question.name().wire(), question.name().length() + Long.BYTES);
    long running = KeyedHash.seed();
    for (int at = 0; at < question.name().length(); at += Long.BYTES) {
      running = KeyedHash.mix(running, (long) LONGS.get(padded, at));
    }
    long variant =
        variant(
            question.type(),
            question.recordClass(),
            question.dnssecOk(),
            question.checkingDisabled());
    return KeyedHash.finish(KeyedHash.mix(running, variant));
  }

  private Form readAdditional(int start) {
    int records = u16(6) + u16(8) + u16(10);
    if (records > MAX_ADDITIONAL) {
      return Form.MALFORMED;
    }
    int at = start;
    boolean badVersion = false;
    for (int i = 0; i < records; i++) {
      int ownerEnd = skipName(at);
      if (ownerEnd < 0 || ownerEnd + 10 > length) {
        return Form.MALFORMED;
      }
      int rdata = ownerEnd + 10;
      int end = rdata + u16(ownerEnd + 8);
      if (end > length) {
        return Form.MALFORMED;
      }
      if (u16(ownerEnd) == RecordType.OPT) {
        if (edns || ownerEnd != at + 1 || !readOptions(rdata, end)) {
          return Form.MALFORMED;
        }
        edns = true;
        udpPayloadSize = u16(ownerEnd + 2);
        badVersion = bytes[ownerEnd + 5] != 0;
        dnssecOk = (bytes[ownerEnd + 6] & 0x80) != 0;
      }
      at = end;
    }
    if (at != length) {
      return Form.MALFORMED;
    }
    return badVersion ? Form.BAD_EDNS_VERSION : Form.WELL_FORMED;
  }

  private boolean readOptions(int start, int end) {
    int at = start;
    for (int count = 0; at < end; count++) {
      if (at + 4 > end || count == MAX_OPTIONS) {
        return false;
      }
      int code = u16(at);
      int size = u16(at + 2);
      if (at + 4 + size > end) {
        return false;
      }
      if (code == Edns.NSID) {
        nsid = true;
      } else if (code == Edns.TCP_KEEPALIVE) {
        tcpKeepalive = true;
      } else if (code == Edns.COOKIE && !Edns.isCookieLength(size)) {
        return false;
      } else if (code == Edns.COOKIE && cookieLength == 0) { // RFC 7873 §5.2: the first counts
        cookieAt = at + 4;
        cookieLength = size;
      }
      at += 4 + size;
    }
    return true;
  }

  /** Offset behind the name at {@code at}, or -1. A pointer ends a name; it is not followed. */
  private int skipName(int start) {
    int at = start;
    while (at < length) {
      int label = bytes[at] & 0xff;
      if (label == 0) {
        return at + 1;
      }
      if (label >= 0xc0) {
        return at + 2 <= length ? at + 2 : -1;
      }
      if (label > DnsName.MAX_LABEL_LENGTH) {
        return -1;
      }
      at += 1 + label;
    }
    return -1;
  }

  private int u16(int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  /** A query of its own over copied bytes. */
  public Query copy() {
    Query copy = new Query(Math.min(length, DnsName.MAX_LENGTH));
    copy.read(Arrays.copyOf(bytes, length), length);
    return copy;
  }

  /** The question as a value: allocates. Only for well-formed queries. */
  public Question question() {
    return new Question(
        DnsName.fromWire(name, 0, nameLength), type, recordClass, dnssecOk, checkingDisabled());
  }

  /** The octets it was read from. */
  byte[] bytes() {
    return bytes;
  }

  /** Offset behind the question; 12 if there was none that could be read. */
  int questionEnd() {
    return questionEnd;
  }

  /** True if the question could be read. */
  public boolean hasQuestion() {
    return nameLength > 0;
  }

  public int id() {
    return u16(0);
  }

  /** The second 16 bits of the header as the client sent them. */
  public int flags() {
    return flags;
  }

  public int opcode() {
    return flags >> 11 & 0xf;
  }

  public boolean recursionDesired() {
    return (flags & Flags.RD) != 0;
  }

  public boolean checkingDisabled() {
    return (flags & Flags.CD) != 0;
  }

  /** The client wants to know whether the answer is secure: AD or DO (RFC 6840 §5.7). */
  public boolean wantsSecurity() {
    return dnssecOk || (flags & Flags.AD) != 0;
  }

  public int type() {
    return type;
  }

  public int recordClass() {
    return recordClass;
  }

  /** Octets of QNAME, root label included. */
  public int nameLength() {
    return nameLength;
  }

  /** A copy of QNAME in the client's letter case; empty if no question could be read. */
  public byte[] askedName() {
    return Arrays.copyOfRange(bytes, HEADER, HEADER + nameLength);
  }

  /** QNAME in lower case from index 0; reused. Set only for well-formed queries. */
  public byte[] lowerCaseName() {
    return name;
  }

  /** Keyed hash over name, type, class, DO and CD. Set only for well-formed queries. */
  public int hash() {
    return hash;
  }

  public boolean hasEdns() {
    return edns;
  }

  public boolean dnssecOk() {
    return dnssecOk;
  }

  /** The client's UDP payload size; values below 512 count as 512 (RFC 6891 §6.2.3). */
  public int udpPayloadSize() {
    return edns ? Math.max(udpPayloadSize, Edns.MIN_UDP_PAYLOAD) : Edns.MIN_UDP_PAYLOAD;
  }

  public boolean wantsNsid() {
    return nsid;
  }

  public boolean hasCookie() {
    return cookieLength > 0;
  }

  /** Offset of the COOKIE option's octets; only if there is one. */
  int cookieAt() {
    return cookieAt;
  }

  /** Octets of the COOKIE option, 0 without one. */
  int cookieLength() {
    return cookieLength;
  }

  public boolean wantsTcpKeepalive() {
    return tcpKeepalive;
  }

  /** QNAME in the client's letter case, class and type: for logs. */
  @Override
  public String toString() {
    return hasQuestion() ? NameText.format(bytes, HEADER) + " " + RecordType.mnemonic(type) : "-";
  }
}
