package dev.namewell.server.config;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.server.config.value.AnchorText;
import dev.namewell.server.config.value.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Record;

/** Reads the section about DNSSEC validation. */
final class ValidationReader {
  private static final ValueType<List<Record>> ANCHORS =
      new ValueType<>(
          AnchorText::read,
          records -> records.isEmpty() ? "" : records.getFirst().toString(),
          "a DS or DNSKEY record as text, or a file of such records, or root-anchors.xml",
          new ValueType.Form.Pattern(".+"));

  private final boolean onByDefault;

  /**
   * @param onByDefault whether validation is on where nothing is said about it
   */
  ValidationReader(boolean onByDefault) {
    this.onByDefault = onByDefault;
  }

  ValidationSettings read(Fields fields) {
    Mode mode =
        fields
            .computed(
                "validation",
                ValueType.choice(Mode.class),
                "on",
                "on: what cannot be proved though it should is answered with SERVFAIL; log-only: it"
                    + " is counted and logged; off. Default: on where the mode is recursive.")
            .orElse(onByDefault ? Mode.ON : Mode.OFF);
    List<List<Record>> configured =
        fields.manyComputed(
            "trust-anchors",
            ANCHORS,
            AnchorText.builtInAsYaml(),
            "DS or DNSKEY records that are trusted: as text, or files of them. Default: the root's"
                + " keys that IANA publishes, built in.");
    List<DnsName> negative =
        fields.manyComputed(
            "negative-trust-anchors",
            RouteReader.ZONE,
            "[\"corp.example\"]",
            "Zones that are not validated, with all below them (RFC 7646).");
    boolean aggressiveNsec =
        fields.one(
            "aggressive-nsec",
            ValueType.onOff(),
            true,
            "Whether names are answered from what has been proved about others: that they do not"
                + " exist, or that a wildcard makes them (RFC 8198).");
    List<Record> records = new ArrayList<>();
    (configured.isEmpty() ? List.of(AnchorText.builtIn()) : configured).forEach(records::addAll);
    return new ValidationSettings(mode, anchors(records), negative, aggressiveNsec);
  }

  private static List<TrustAnchor> anchors(List<Record> records) {
    Map<DnsName, TrustAnchor> anchors = new LinkedHashMap<>();
    for (Record record : records) {
      boolean ds = record instanceof DSRecord;
      List<byte[]> rdata = List.of(record.rdataToWireCanonical());
      DnsName zone = DnsName.parse(record.getName().toString());
      TrustAnchor more =
          new TrustAnchor(
              zone, ds ? rdata : List.of(), record instanceof DNSKEYRecord ? rdata : List.of());
      anchors.merge(zone, more, ValidationReader::join);
    }
    return List.copyOf(anchors.values());
  }

  private static TrustAnchor join(TrustAnchor one, TrustAnchor other) {
    List<byte[]> ds = new ArrayList<>(one.ds());
    ds.addAll(other.ds());
    List<byte[]> dnskeys = new ArrayList<>(one.dnskeys());
    dnskeys.addAll(other.dnskeys());
    return new TrustAnchor(one.zone(), ds, dnskeys);
  }
}
