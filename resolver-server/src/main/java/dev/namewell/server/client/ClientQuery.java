package dev.namewell.server.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What to ask whom, and how.
 *
 * @param name uncompressed wire form; letters keep their case
 * @param udpPayloadSize what is offered in EDNS; 0: no EDNS at all
 * @param timeout for each try
 * @param tries over UDP; over TCP there is one
 */
public record ClientQuery(
    InetSocketAddress server,
    byte[] name,
    int type,
    int recordClass,
    Set<Flag> flags,
    int udpPayloadSize,
    Duration timeout,
    int tries) {

  /** Choices that are on or off. */
  public enum Flag {
    TCP,
    RECURSION_DESIRED,
    CHECKING_DISABLED,
    AUTHENTIC_DATA,
    DNSSEC_OK,
    NSID,
    /** A truncated reply is shown as it is, not asked for again over TCP. */
    IGNORE_TRUNCATION
  }

  public ClientQuery {
    flags = flags.isEmpty() ? EnumSet.noneOf(Flag.class) : EnumSet.copyOf(flags);
  }

  boolean has(Flag flag) {
    return flags.contains(flag);
  }
}
