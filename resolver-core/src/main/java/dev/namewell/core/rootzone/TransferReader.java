package dev.namewell.core.rootzone;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.records.RrsetGatherer;
import dev.namewell.core.wire.ParsedResponse.Malformed;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseReader;
import dev.namewell.core.wire.ResponseRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a zone transfer (AXFR, RFC 5936 §2.2). Used by one task. */
final class TransferReader {
  /** Ten times what the root zone had in 2025. */
  private static final int MAX_RECORDS = 250_000;

  private static final int MAX_OCTETS = 32 << 20;

  private final RrsetGatherer gatherer = new RrsetGatherer();
  private byte @Nullable [] soa;
  private int records;
  private long octets;
  private boolean ended;
  private @Nullable String trouble;

  /** Takes the next message; false if none is wanted any more. */
  boolean take(byte[] message) {
    octets += message.length;
    switch (ResponseReader.read(message)) {
      case Malformed(String why) -> trouble = "a message that cannot be read: " + why;
      case Response response -> {
        if (response.rcode() != Rcode.NOERROR) {
          trouble = Rcode.mnemonic(response.rcode());
        } else if (response.answer().isEmpty()) {
          trouble = "a message without records";
        }
        for (ResponseRecord record : response.answer()) {
          if (trouble == null) {
            add(response, record);
          }
        }
      }
    }
    if (octets > MAX_OCTETS || records > MAX_RECORDS) {
      trouble = "more than the root zone can have";
    }
    return !ended && trouble == null;
  }

  private void add(Response response, ResponseRecord record) {
    byte[] rdata = response.rdata(record);
    boolean atApex = record.type() == RecordType.SOA && record.owner().isRoot();
    if (ended || record.recordClass() != RecordClass.IN || (soa == null) != (records == 0)) {
      trouble = "records behind the end, or of another class";
    } else if (soa == null && !atApex) {
      trouble = "it does not begin with the zone's SOA record";
    } else if (soa != null && atApex) {
      ended = Arrays.equals(soa, rdata);
      trouble = ended ? null : "the zone changed while it was transferred";
    } else {
      soa = soa == null ? rdata : soa;
      gather(record.owner(), record, rdata);
    }
  }

  private void gather(DnsName owner, ResponseRecord record, byte[] rdata) {
    records++;
    try {
      gatherer.add(owner, record.type(), record.ttlSeconds(), rdata);
    } catch (IllegalArgumentException e) {
      trouble = String.valueOf(e.getMessage());
    }
  }

  /** What is wrong, in words; null if it is whole. */
  @Nullable String trouble() {
    return trouble == null && !ended ? "it ends before its end" : trouble;
  }

  /**
   * @throws IllegalArgumentException if that is no root zone
   */
  RootZone zone() {
    return new RootZone(gatherer.rrsets());
  }
}
