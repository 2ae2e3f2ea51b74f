package dev.namewell.server.config.value;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSKEYRecord.Flags;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Trust anchors as people write them down: records, files of records, IANA's XML (RFC 9718). */
public final class AnchorText {
  private static final long MAX_OCTETS = 1 << 20;
  private static final long TTL = 86_400;

  /** RSASHA1 and RSASHA1-NSEC3-SHA1 (RFC 9905). */
  private static final Set<Integer> BY_SHA1 = Set.of(5, 7);

  /** Octets of a key by algorithm, where all keys have as many (RFC 6605 §4, RFC 8080 §3). */
  private static final Map<Integer, Integer> KEY_OCTETS = Map.of(13, 64, 14, 96, 15, 32, 16, 57);

  private static final Set<Integer> BY_RSA = Set.of(5, 7, 8, 10);

  /** Octets of a DS record before the digest. */
  private static final int DS_HEAD = 4;

  private static final int DNSSEC_PROTOCOL = 3;

  private static final Pattern DS =
      Pattern.compile(
          "(?im)(?<=\\s)DS[ \\t]+(?<tag>\\d{1,5})[ \\t]+(?<algorithm>\\d{1,3})"
              + "[ \\t]+(?<type>\\d{1,3})[ \\t]+(?<digest>[0-9a-f]{2}[0-9a-f \\t]*)(?=;|$)");

  /** The root's key signing keys of 2017 and 2024, as IANA publishes them. */
  private static final String ROOT =
      """
      . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
      . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
      """;

  private AnchorText() {}

  public static List<Record> builtIn() {
    return records(ROOT);
  }

  /** The same as a list of the configuration. */
  public static String builtInAsYaml() {
    return ROOT.strip().lines().map(ValueType::quoted).toList().toString();
  }

  /**
   * Reads a record, or the file of that name.
   *
   * @throws IllegalArgumentException with the reason in words
   */
  public static List<Record> read(String text) {
    if (text.strip().indexOf(' ') > 0) {
      return records(text + "\n");
    }
    try {
      Path file = Path.of(text);
      if (Files.size(file) > MAX_OCTETS) {
        throw new IllegalArgumentException(text + " is too large for a file of trust anchors");
      }
      String content = Files.readString(file, StandardCharsets.UTF_8);
      return content.stripLeading().startsWith("<") ? xml(file) : records(content);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot read " + text + ": " + Unreadable.words(e), e);
    }
  }

  private static List<Record> records(String text) {
    List<Record> anchors = new ArrayList<>();
    try (Master master = new Master(stream(tolerated(text)), Name.root, TTL)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        if (record instanceof DSRecord || record instanceof DNSKEYRecord) {
          anchors.add(record);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("is no DS or DNSKEY record: " + Unreadable.words(e), e);
    }
    if (anchors.isEmpty()) {
      throw new IllegalArgumentException("has no DS or DNSKEY record");
    }
    return anchors;
  }

  /**
   * DS records in their generic form (RFC 3597 §5), of which the parser takes digests of any
   * length: one that names no key trusts nothing, and others beside it may do.
   */
  private static String tolerated(String text) {
    return DS.matcher(text)
        .replaceAll(
            ds -> {
              String digest = ds.group("digest").replaceAll("\\s", "");
              int tag = Integer.parseInt(ds.group("tag"));
              int algorithm = Integer.parseInt(ds.group("algorithm"));
              int type = Integer.parseInt(ds.group("type"));
              boolean beyond = tag > 0xffff || algorithm > 0xff || type > 0xff;
              return beyond || digest.length() % 2 != 0
                  ? Matcher.quoteReplacement(ds.group())
                  : "DS \\\\# %d %04x%02x%02x%s"
                      .formatted(DS_HEAD + digest.length() / 2, tag, algorithm, type, digest);
            });
  }

  /**
   * Why a DS or DNSKEY record can prove nothing, with the remedy; null if it can.
   *
   * @param sha1 whether algorithms count that sign with SHA-1
   */
  public static @Nullable String flaw(Record anchor, boolean sha1) {
    int algorithm =
        anchor instanceof DSRecord ds ? ds.getAlgorithm() : ((DNSKEYRecord) anchor).getAlgorithm();
    if (!sha1 && BY_SHA1.contains(algorithm)) {
      return "algorithm "
          + algorithm
          + " signs with SHA-1, which dnssec.sha1 switches off (to mend: sha1: on, or a key of"
          + " another algorithm)";
    }
    if (!BY_RSA.contains(algorithm) && !KEY_OCTETS.containsKey(algorithm)) {
      return "algorithm " + algorithm + " is not known here";
    }
    return anchor instanceof DSRecord ds ? flaw(ds) : flaw((DNSKEYRecord) anchor);
  }

  private static @Nullable String flaw(DNSKEYRecord key) {
    if ((key.getFlags() & Flags.ZONE_KEY) == 0 || key.getProtocol() != DNSSEC_PROTOCOL) {
      return "by its flags or its protocol it is no key of a zone (RFC 4034 §2.1)";
    }
    if ((key.getFlags() & Flags.REVOKE) != 0) {
      return "it is revoked (RFC 5011)";
    }
    int length = key.getKey().length;
    int expected = KEY_OCTETS.getOrDefault(key.getAlgorithm(), length);
    return length == expected
        ? null
        : "its key has %d octets, those of algorithm %d have %d"
            .formatted(length, key.getAlgorithm(), expected);
  }

  private static @Nullable String flaw(DSRecord ds) {
    int expected = DNSSEC.Digest.algLength(ds.getDigestID());
    int length = ds.getDigest().length;
    if (expected < 0) {
      return "digest type " + ds.getDigestID() + " is not known here";
    }
    return length == expected
        ? null
        : "its digest has %d octets, %s has %d"
            .formatted(length, DNSSEC.Digest.string(ds.getDigestID()), expected);
  }

  /** An anchor without its digest or key. */
  public static String brief(Record anchor) {
    int tag =
        anchor instanceof DSRecord ds ? ds.getFootprint() : ((DNSKEYRecord) anchor).getFootprint();
    return anchor.getName() + " " + Type.string(anchor.getType()) + " " + tag;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * True for a key whose time is over (RFC 9718 §2.2). When it began is of no interest: a clock
   * that starts in the past would leave no key at all.
   */
  private static boolean isOver(@Nullable String validUntil) {
    try {
      return validUntil != null
          && OffsetDateTime.parse(validUntil).toInstant().isBefore(Instant.now());
    } catch (DateTimeParseException wrong) {
      throw new IllegalArgumentException(
          ValueType.quoted(validUntil) + " in validUntil is not a time", wrong);
    }
  }

  private static List<Record> xml(Path file) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    StringBuilder found = new StringBuilder();
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader reader = factory.createXMLStreamReader(in);
      Map<String, String> texts = new HashMap<>();
      boolean over = false;
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          String element = reader.getLocalName();
          if (element.equals("KeyDigest")) {
            texts.keySet().retainAll(Set.of("Zone"));
            over = isOver(reader.getAttributeValue(null, "validUntil"));
          }
          if (List.of("Zone", "KeyTag", "Algorithm", "DigestType", "Digest").contains(element)) {
            texts.put(element, reader.getElementText().strip());
          }
        } else if (event == XMLStreamConstants.END_ELEMENT
            && reader.getLocalName().equals("KeyDigest")
            && !over) {
          found.append(
              "%s IN DS %s %s %s %s%n"
                  .formatted(
                      texts.getOrDefault("Zone", "."),
                      texts.get("KeyTag"),
                      texts.get("Algorithm"),
                      texts.get("DigestType"),
                      texts.get("Digest")));
        }
      }
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException(file + " is no root-anchors.xml: " + e.getMessage(), e);
    }
    return records(found.toString());
  }
}
