package dev.namewell.core.settings;

import java.util.Optional;

/**
 * How replies look and which socket form carries them.
 *
 * @param udp which form of UDP socket is used
 * @param udpPayloadSize largest UDP reply and the size offered to servers, octets (RFC 9715)
 * @param identity answer to {@code id.server. CH TXT} and NSID (RFC 5001); empty: hidden
 * @param version true: {@code version.bind. CH TXT} is answered
 * @param cookies what becomes of the cookies of clients (RFC 7873)
 * @param mdns what becomes of names below {@code local.} (RFC 6762 §22.1)
 * @param privateReverse true: the reverse zones of private addresses are answered here (RFC 6303)
 */
public record ServiceSettings(
    UdpForm udp,
    int udpPayloadSize,
    Optional<String> identity,
    boolean version,
    Cookies cookies,
    Mdns mdns,
    boolean privateReverse) {
  /** Which UDP sockets are used. */
  public enum UdpForm {
    /** Batched where it works, else portable. */
    AUTO,
    BATCHED,
    PORTABLE
  }

  /** Server cookies. */
  public enum Cookies {
    /** Given to whoever sends a client cookie. */
    ON,
    /** Not given. */
    OFF,
    /** Given, and UDP is answered only with a valid one: else BADCOOKIE, or TC without a cookie. */
    REQUIRED
  }

  /** Names below {@code local.}. */
  public enum Mdns {
    /** NXDOMAIN from here. */
    DENY,
    /** As any other name. */
    FORWARD
  }
}
