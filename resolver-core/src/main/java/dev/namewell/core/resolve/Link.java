package dev.namewell.core.resolve;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link of a chain of trust (RFC 4035 §5), or what hangs on one: an RRset and what it is worth,
 * for people who ask why. Compared by identity only.
 *
 * @param above what it hangs on; null for a trust anchor, and where there is none
 * @param keys of DNSKEY records the keys, of DS records the keys that they name, in words; of other
 *     types nothing
 */
public record Link(@Nullable Link above, DnsName owner, int type, List<String> keys, Worth worth) {
  /** What an RRset is worth, and why. */
  public sealed interface Worth {}

  /** The operator trusts it: a chain begins here. */
  public record Anchor() implements Worth {}

  /**
   * A key of the zone has signed it.
   *
   * @param keyTag RFC 4034 appendix B
   */
  public record Signed(DnsName zone, int keyTag) implements Worth {}

  /** It is proved to need no signature, or the operator says so. */
  public record Unsigned(String why) implements Worth {}

  /** It should be signed and cannot be proved: here the chain breaks. */
  public record Wrong(String why) implements Worth {}

  /** For people, without what is above. */
  @Override
  public String toString() {
    String held = keys.isEmpty() ? "" : " " + String.join(", ", keys);
    String value =
        switch (worth) {
          case Anchor _ -> "trust anchor";
          case Signed(DnsName zone, int keyTag) -> "signed by key " + keyTag + " of " + zone;
          case Unsigned(String why) -> "insecure: " + why;
          case Wrong(String why) -> "BOGUS: " + why;
        };
    return owner + " " + RecordType.mnemonic(type) + held + ": " + value;
  }
}
