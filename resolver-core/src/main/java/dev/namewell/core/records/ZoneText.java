package dev.namewell.core.records;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Rrset;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Reads zones in master format (RFC 1035 §5). */
public final class ZoneText {
  private ZoneText() {}

  /**
   * Reads a zone whose names are absolute. No other file is included.
   *
   * @throws IOException if it cannot be read or is not of the form, with the line
   */
  public static List<Rrset> read(InputStream text) throws IOException {
    RrsetGatherer gatherer = new RrsetGatherer();
    try (Master master = new Master(text, Name.root)) {
      master.disableIncludes();
      master.expandGenerate(false);
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        if (record.getDClass() == DClass.IN) {
          gatherer.add(
              owner(record),
              record.getType(),
              (int) Math.min(record.getTTL(), Integer.MAX_VALUE),
              record.rdataToWireCanonical());
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    return gatherer.rrsets();
  }

  private static DnsName owner(Record record) {
    byte[] wire = record.getName().toWireCanonical();
    return DnsName.fromWire(wire, 0, wire.length);
  }
}
