package dev.namewell.server.observe;

import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Folds transport, type, rcode and source of a reply into one small number and back. Rare types and
 * rcodes share a place, so that nobody can grow the number of time series by asking oddly.
 */
final class AnswerLabels {
  /** RFC 3403 §4. */
  private static final int NAPTR = 35;

  /** RFC 8659 §4. */
  private static final int CAA = 257;

  private static final int[] TYPES = {
    RecordType.A,
    RecordType.AAAA,
    RecordType.HTTPS,
    RecordType.PTR,
    RecordType.TXT,
    RecordType.SRV,
    RecordType.MX,
    RecordType.NS,
    RecordType.SOA,
    RecordType.CNAME,
    RecordType.DS,
    RecordType.DNSKEY,
    RecordType.SVCB,
    NAPTR,
    CAA,
    RecordType.ANY
  };

  private static final int[] RCODES = {
    Rcode.NOERROR,
    Rcode.FORMERR,
    Rcode.SERVFAIL,
    Rcode.NXDOMAIN,
    Rcode.NOTIMP,
    Rcode.REFUSED,
    Rcode.BADVERS,
    Rcode.BADCOOKIE
  };

  /** Place of a packet whose question could not be read. */
  static final int NO_TYPE = TYPES.length + 1;

  private static final int TYPE_PLACES = TYPES.length + 2;
  private static final int RCODE_PLACES = RCODES.length + 1;
  private static final int SOURCES = Source.values().length;
  private static final byte[] TYPE_PLACE = places(TYPES, 1 + CAA);
  private static final byte[] RCODE_PLACE = places(RCODES, 1 + Rcode.BADCOOKIE);

  /** How many numbers there are. */
  static final int COUNT = Transport.values().length * TYPE_PLACES * RCODE_PLACES * SOURCES;

  private AnswerLabels() {}

  private static byte[] places(int[] known, int length) {
    byte[] places = new byte[length];
    Arrays.fill(places, (byte) known.length);
    for (int i = 0; i < known.length; i++) {
      places[known[i]] = (byte) i;
    }
    return places;
  }

  static int typePlace(int type) {
    return type < TYPE_PLACE.length ? TYPE_PLACE[type] : TYPES.length;
  }

  static int of(Transport transport, int typePlace, int rcode, Source source) {
    int rcodePlace = rcode < RCODE_PLACE.length ? RCODE_PLACE[rcode] : RCODES.length;
    return ((transport.ordinal() * TYPE_PLACES + typePlace) * RCODE_PLACES + rcodePlace) * SOURCES
        + source.ordinal();
  }

  static Source source(int number) {
    return Source.values()[number % SOURCES];
  }

  /**
   * True for replies that every server gives sooner or later: they are shown from the start, with
   * zero. For A, which stands for all types: two thousand series would be too many.
   */
  static boolean isUsual(int number) {
    int type = number / SOURCES / RCODE_PLACES % TYPE_PLACES;
    int place = number / SOURCES % RCODE_PLACES;
    return type == TYPE_PLACE[RecordType.A]
        && place < RCODES.length
        && isUsual(source(number), RCODES[place]);
  }

  private static boolean isUsual(Source source, int rcode) {
    return switch (source) {
      case CACHE, STALE, LOCAL, FORWARDED, RESOLVED ->
          rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN;
      case FAILURE -> rcode == Rcode.SERVFAIL;
      case ERROR -> rcode == Rcode.REFUSED;
    };
  }

  /** Label values in the order of {@link Metric#QUERIES}. */
  static List<String> values(int number) {
    int rcode = number / SOURCES % RCODE_PLACES;
    int type = number / SOURCES / RCODE_PLACES % TYPE_PLACES;
    Transport transport = Transport.values()[number / SOURCES / RCODE_PLACES / TYPE_PLACES];
    return List.of(
        text(transport),
        type == NO_TYPE
            ? "none"
            : type == TYPES.length ? "other" : RecordType.mnemonic(TYPES[type]),
        rcode == RCODES.length ? "other" : Rcode.mnemonic(RCODES[rcode]),
        text(source(number)));
  }

  /** A constant as label value: lower case, hyphens. */
  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
