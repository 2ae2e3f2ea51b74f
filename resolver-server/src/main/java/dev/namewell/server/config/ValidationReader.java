package dev.namewell.server.config;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.settings.ValidationSettings.Sha1;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.server.config.value.AnchorText;
import dev.namewell.server.config.value.ValueType;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Reads the section about DNSSEC validation. */
final class ValidationReader {
  private static final ValueType<List<Record>> ANCHORS =
      new ValueType<>(
          AnchorText::read,
          records -> records.isEmpty() ? "" : records.getFirst().toString(),
          "a DS or DNSKEY record as text, or a file of such records, or root-anchors.xml",
          new ValueType.Form.Pattern(".+"));

  private static final String UNTIL = " until ";

  private static final ValueType<NegativeAnchor> NEGATIVE =
      new ValueType<>(
          ValidationReader::negative,
          anchor -> anchor.zone() + anchor.until().map(until -> UNTIL + until).orElse(""),
          "a domain name, or a domain name until a time, as corp.example until 2027-01-31T00:00Z",
          new ValueType.Form.Pattern(".+"));

  private static final String FILE = "trust-anchors";

  private final boolean onByDefault;
  private final Optional<Path> directory;

  /**
   * @param onByDefault whether validation is on where nothing is said about it
   * @param directory for files that are kept
   */
  ValidationReader(boolean onByDefault, Optional<Path> directory) {
    this.directory = directory;
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
    List<NegativeAnchor> negative =
        fields.manyComputed(
            "negative-trust-anchors",
            NEGATIVE,
            "[\"corp.example\", \"broken.example until 2027-01-31T00:00Z\"]",
            "Zones that are not validated, with all below them (RFC 7646).");
    boolean aggressiveNsec =
        fields.one(
            "aggressive-nsec",
            ValueType.onOff(),
            true,
            "Whether names are answered from what has been proved about others: that they do not"
                + " exist, or that a wildcard makes them (RFC 8198).");
    Sha1 sha1 =
        fields.one(
            "sha1",
            ValueType.choice(Sha1.class),
            Sha1.ON,
            "on: signatures with RSASHA1 and RSASHA1-NSEC3-SHA1 count, and SHA-1 digests in DS"
                + " records where a zone has no other; digests: only these; off: neither. Zones"
                + " that have nothing else are then insecure, as RFC 9905 wants it.");
    if (mode != Mode.OFF) {
      warnOfUseless(fields, configured, sha1);
      warnOfNegative(fields, negative);
    }
    List<Record> records = new ArrayList<>();
    (configured.isEmpty() ? List.of(AnchorText.builtIn()) : configured).forEach(records::addAll);
    return new ValidationSettings(
        mode, anchors(records), negative, aggressiveNsec, sha1, upkeep(fields));
  }

  /** The root's anchors that count where none are configured. */
  static List<TrustAnchor> builtIn() {
    return anchors(AnchorText.builtIn());
  }

  private static void warnOfUseless(Fields fields, List<List<Record>> configured, Sha1 sha1) {
    Set<Name> proved = new HashSet<>();
    for (Record record : configured.stream().flatMap(List::stream).toList()) {
      if (AnchorText.flaw(record, sha1.signs()) == null) {
        proved.add(record.getName());
      }
    }
    for (int i = 0; i < configured.size(); i++) {
      for (Record record : configured.get(i)) {
        String flaw = AnchorText.flaw(record, sha1.signs());
        if (flaw != null) {
          boolean alone = !proved.contains(record.getName());
          String zone = record.getName().toString();
          fields.warn(
              "trust-anchors",
              i,
              AnchorText.brief(record)
                  + " trusts nothing: "
                  + flaw
                  + (alone ? "; as " + zone + " has no other, all its names are bogus" : ""));
        }
      }
    }
  }

  private static void warnOfNegative(Fields fields, List<NegativeAnchor> negative) {
    for (int i = 0; i < negative.size(); i++) {
      NegativeAnchor anchor = negative.get(i);
      boolean over = anchor.until().map(Instant.now()::isAfter).orElse(false);
      if (over) {
        fields.warn(
            "negative-trust-anchors", i, "its time is over: " + anchor.zone() + " is validated");
      }
    }
  }

  private static NegativeAnchor negative(String text) {
    String[] parts = text.strip().split(" +until +", 2);
    DnsName zone = RouteReader.ZONE.reader().apply(parts[0]);
    if (parts.length == 1) {
      return NegativeAnchor.of(zone);
    }
    try {
      return new NegativeAnchor(zone, Optional.of(OffsetDateTime.parse(parts[1]).toInstant()));
    } catch (DateTimeParseException wrong) {
      throw new IllegalArgumentException(
          ValueType.quoted(parts[1]) + " is not a time such as 2027-01-31T00:00Z", wrong);
    }
  }

  private ValidationSettings.Upkeep upkeep(Fields fields) {
    boolean follow =
        fields.one(
            "trust-anchor-updates",
            ValueType.onOff(),
            true,
            "on: the keys of trust anchors are followed when they roll over (RFC 5011).");
    Optional<Path> file =
        fields
            .computed(
                "trust-anchor-file",
                ValueType.path().or("off"),
                "/var/lib/namewell/trust-anchors",
                "Where followed keys are kept over a restart. Default: trust-anchors in the state"
                    + " directory of the systemd unit; off where there is none.")
            .orElse(directory.map(known -> known.resolve(FILE)));
    boolean signal =
        fields.one(
            "key-tag-signal",
            ValueType.onOff(),
            true,
            "on: servers of trust anchors' zones are told which keys are trusted (RFC 8145).");
    boolean sentinel =
        fields.one(
            "root-key-sentinel",
            ValueType.onOff(),
            true,
            "on: clients may find out which of the root's keys are trusted (RFC 8509).");
    List<DnsName> clockNames =
        fields.many(
            "clock-names",
            RouteReader.ZONE,
            ValidationSettings.Upkeep.TIME_SERVERS,
            "Time servers: while the clock is known to be wrong these resolve, with all below"
                + " them, whatever the dates of signatures, so that it can be set.");
    return new ValidationSettings.Upkeep(follow, file, signal, sentinel, clockNames);
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
