package dev.namewell.core.wire;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds an answer record by record: owner names are compressed, rdata is written as given. Records
 * that no longer fit into a message are left out and reported by {@link #isFull}. Not thread-safe.
 */
public final class MessageWriter {
  /** Highest offset a compression pointer can name. */
  private static final int MAX_POINTER = 0x3fff;

  private static final int MAX_MESSAGE = 65535;

  /** Left for the OPT record of the reply. */
  private static final int ROOM_FOR_OPT = 512;

  private static final int RECORD_FIXED = 10;

  private final Map<DnsName, Integer> written = new HashMap<>();
  private byte[] bytes = new byte[512];
  private int at;
  private int[] ttlOffsets = new int[8];
  private int records;
  private int section = 6;
  private boolean full;

  public MessageWriter(Question question, int rcode) {
    bytes[2] = (byte) (Flags.QR >> 8);
    bytes[3] = (byte) (rcode & Flags.RCODE);
    Octets.put16(bytes, 4, 1);
    at = Query.HEADER;
    writeName(question.name());
    Octets.put16(bytes, at, question.type());
    Octets.put16(bytes, at + 2, question.recordClass());
    at += 4;
  }

  /** From here on records go into the authority section. */
  public MessageWriter authority() {
    section = 8;
    return this;
  }

  /** Adds a record with uncompressed rdata. */
  public MessageWriter add(DnsName owner, int type, int recordClass, int ttl, byte[] rdata) {
    int most = owner.length() + RECORD_FIXED + rdata.length;
    if (at + most > MAX_MESSAGE - ROOM_FOR_OPT) {
      full = true;
      return this;
    }
    if (at + most > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + most));
    }
    writeName(owner);
    Octets.put16(bytes, at, type);
    Octets.put16(bytes, at + 2, recordClass);
    Octets.put32(bytes, at + 4, ttl);
    Octets.put16(bytes, at + 8, rdata.length);
    if (records == ttlOffsets.length) {
      ttlOffsets = Arrays.copyOf(ttlOffsets, records * 2);
    }
    ttlOffsets[records++] = at + 4;
    System.arraycopy(rdata, 0, bytes, at + RECORD_FIXED, rdata.length);
    at += RECORD_FIXED + rdata.length;
    Octets.put16(bytes, section, Octets.u16(bytes, section) + 1);
    return this;
  }

  /** Adds an RRset, with its signatures if those are wanted. */
  public MessageWriter add(Rrset rrset, boolean signatures) {
    for (byte[] rdata : rrset.rdatas()) {
      add(rrset.owner(), rrset.type(), rrset.recordClass(), rrset.ttlSeconds(), rdata);
    }
    for (byte[] rdata : signatures ? rrset.signatures() : List.<byte[]>of()) {
      add(rrset.owner(), RecordType.RRSIG, rrset.recordClass(), rrset.ttlSeconds(), rdata);
    }
    return this;
  }

  private void writeName(DnsName name) {
    DnsName rest = name;
    byte[] wire = name.wire();
    int from = 0;
    while (!rest.isRoot()) {
      Integer known = written.get(rest);
      if (known != null) {
        Octets.put16(bytes, at, 0xc000 | known);
        at += 2;
        return;
      }
      if (at <= MAX_POINTER) {
        written.put(rest, at);
      }
      int octets = 1 + wire[from];
      System.arraycopy(wire, from, bytes, at, octets);
      from += octets;
      at += octets;
      rest = rest.parent();
    }
    bytes[at++] = 0;
  }

  /** True if a record was left out for lack of room. */
  public boolean isFull() {
    return full;
  }

  /** The message so far, with AD if it is secure (RFC 4035 §3.2.3). */
  public Answer toAnswer(int ttlSeconds, Security security) {
    if (security == Security.SECURE) {
      bytes[3] |= (byte) Flags.AD;
    }
    return new Answer(
        Arrays.copyOf(bytes, at), Arrays.copyOf(ttlOffsets, records), ttlSeconds, security, null);
  }
}
