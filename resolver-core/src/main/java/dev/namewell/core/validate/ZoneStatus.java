package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the chain of trust says about the zone that a name is in. */
sealed interface ZoneStatus {
  /**
   * There is a chain of trust to its keys.
   *
   * @param zone apex
   * @param keys that may sign its RRsets
   */
  record Signed(DnsName zone, List<ZoneKey> keys) implements ZoneStatus {}

  /**
   * It is proved that there is none, or the operator said so.
   *
   * @param error what a client may be told about it
   */
  record Unsigned(String why, @Nullable ExtendedError error) implements ZoneStatus {}

  /** There should be one, and it does not hold. */
  record Broken(ExtendedError error) implements ZoneStatus {}
}
