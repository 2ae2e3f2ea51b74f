package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.validate.anchor.AnchorMemory.Known;
import dev.namewell.core.wire.Octets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What is known of trust as lines of text, for people to read and the program to write. */
final class MemoText {
  private static final String HEAD =
      """
      ; Trust anchors as they follow their zones (RFC 5011), and negative ones. Written by Namewell.
      ; To begin anew with the keys of the configuration, stop Namewell and delete it.
      """;

  /** Of each kind. */
  static final int MAX_ZONES = 1000;

  /** From a semicolon on; those of names have a backslash before them. */
  private static final Pattern COMMENT = Pattern.compile("(^| +);.*");

  private MemoText() {}

  /**
   * @param now for people only
   */
  static String write(Known known, Instant now) {
    StringBuilder text = new StringBuilder(HEAD).append("; written ").append(date(now));
    new TreeMap<>(known.negative())
        .forEach(
            (zone, until) ->
                text.append("\nnegative ").append(zone).append(" until ").append(date(until)));
    for (FollowedZone zone : new TreeMap<>(known.zones()).values()) {
      text.append("\nzone ").append(zone.zone());
      text.append(" refreshed ").append(date(zone.refreshed()));
      text.append(" next ").append(date(zone.next()));
      for (FollowedKey key : zone.keys()) {
        text.append("\nkey ").append(word(key.state())).append(" since ").append(date(key.since()));
        text.append(' ').append(dnskey(key.key())).append(" ; tag ").append(key.key().tag());
      }
    }
    return text.append('\n').toString();
  }

  private static String word(FollowedKey.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static String date(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String dnskey(DnskeyRdata key) {
    byte[] octets = key.octets();
    return Octets.u16(octets, 0)
        + " "
        + (octets[2] & 0xff)
        + " "
        + key.algorithm()
        + " "
        + Base64.getEncoder()
            .encodeToString(Arrays.copyOfRange(octets, DnskeyRdata.KEY, octets.length));
  }

  /**
   * What was read.
   *
   * @param surplus zones left out because there were {@value #MAX_ZONES} of their kind before them
   */
  record Reading(Known known, int surplus) {}

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException with line and reason in words
   */
  static Reading read(String text) {
    Map<DnsName, FollowedZone> zones = new HashMap<>();
    Map<DnsName, Instant> negative = new HashMap<>();
    FollowedZone zone = null;
    int number = 0;
    int surplus = 0;
    for (String line : text.lines().toList()) {
      number++;
      String[] words = COMMENT.matcher(line).replaceFirst("").split(" ", -1);
      try {
        switch (words[0]) {
          case "" -> {}
          case "negative" -> {
            expect(words, 4, 2, "until");
            surplus += put(negative, DnsName.parse(words[1]), Instant.parse(words[3]));
          }
          case "zone" -> {
            zone = zone(words);
            surplus += put(zones, zone.zone(), zone);
          }
          case "key" -> {
            if (zone == null || zone.keys().size() == FollowedZone.MAX_KEYS) {
              throw new IllegalArgumentException("a key without a zone, or one too many");
            }
            List<FollowedKey> keys = new ArrayList<>(zone.keys());
            keys.add(key(words));
            zone = new FollowedZone(zone.zone(), keys, zone.refreshed(), zone.next());
            zones.replace(zone.zone(), zone);
          }
          default -> throw new IllegalArgumentException("unknown word " + words[0]);
        }
      } catch (IllegalArgumentException | DateTimeException wrong) {
        throw new IllegalArgumentException("line " + number + ": " + wrong.getMessage(), wrong);
      }
    }
    return new Reading(new Known(zones, negative), surplus);
  }

  /** How many were too many. */
  private static <T> int put(Map<DnsName, T> all, DnsName zone, T what) {
    if (all.size() == MAX_ZONES && !all.containsKey(zone)) {
      return 1;
    }
    all.put(zone, what);
    return 0;
  }

  private static FollowedZone zone(String[] words) {
    expect(words, 6, 2, "refreshed");
    expect(words, 6, 4, "next");
    return new FollowedZone(
        DnsName.parse(words[1]), List.of(), Instant.parse(words[3]), Instant.parse(words[5]));
  }

  private static FollowedKey key(String[] words) {
    expect(words, 8, 2, "since");
    byte[] key = Base64.getDecoder().decode(words[7]);
    byte[] octets = new byte[DnskeyRdata.KEY + key.length];
    int flags = Integer.parseInt(words[4]);
    octets[0] = (byte) (flags >> 8);
    octets[1] = (byte) flags;
    octets[2] = (byte) Integer.parseInt(words[5]);
    octets[3] = (byte) Integer.parseInt(words[6]);
    System.arraycopy(key, 0, octets, DnskeyRdata.KEY, key.length);
    return new FollowedKey(
        new DnskeyRdata(octets),
        FollowedKey.State.valueOf(words[1].toUpperCase(Locale.ROOT)),
        Instant.parse(words[3]));
  }

  private static void expect(String[] words, int count, int at, String word) {
    if (words.length != count || !words[at].equals(word)) {
      throw new IllegalArgumentException("not of the form");
    }
  }
}
