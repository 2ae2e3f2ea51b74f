package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.resolve.Link;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the chain of trust says about the zone that a name is in. */
sealed interface ZoneStatus {
  /** What it rests on: the lowest link of the chain, or where that ends. */
  Link link();

  /**
   * There is a chain of trust to its keys.
   *
   * @param zone apex
   * @param keys that may sign its RRsets
   */
  record Signed(DnsName zone, List<ZoneKey> keys, Link link) implements ZoneStatus {}

  /**
   * It is proved that there is none, or the operator said so.
   *
   * @param error what a client may be told about it
   */
  record Unsigned(String why, @Nullable ExtendedError error, Link link) implements ZoneStatus {}

  /** There should be one, and it does not hold. */
  record Broken(ExtendedError error, Link link) implements ZoneStatus {}
}
