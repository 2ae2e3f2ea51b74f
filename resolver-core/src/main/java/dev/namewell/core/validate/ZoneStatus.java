package dev.namewell.core.validate;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordType;
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
  record Unsigned(String why, @Nullable ExtendedError error, Link link) implements ZoneStatus {
    /** One whose chain ends at a name. */
    static Unsigned at(
        @Nullable Link above, DnsName name, String why, @Nullable ExtendedError error) {
      Link.Worth worth = new Link.Unsigned(why);
      return new Unsigned(why, error, new Link(above, name, RecordType.DS, List.of(), worth));
    }
  }

  /**
   * There should be one, and it does not hold.
   *
   * @param saidAbove true if that is so by what the servers of the zone above said
   */
  record Broken(ExtendedError error, Link link, boolean saidAbove) implements ZoneStatus {
    /** One whose chain breaks at an RRset of the zone above. */
    static Broken at(Link above, DnsName owner, int type, ExtendedError error) {
      Link link = new Link(above, owner, type, List.of(), new Link.Wrong(error.text()));
      return new Broken(error, link, error.code() != ExtendedError.DNSSEC_INDETERMINATE);
    }

    /** One whose chain breaks at the keys of the zone, as far as there are any. */
    static Broken atKeys(Link from, List<ZoneKey> keys, ExtendedError error) {
      List<String> words = keys.stream().map(ZoneKey::toString).toList();
      Link.Worth worth = new Link.Wrong(error.text());
      return new Broken(
          error, new Link(from, from.owner(), RecordType.DNSKEY, words, worth), false);
    }

    /** The same, but nobody said anything. */
    Broken silent() {
      return new Broken(error, link, false);
    }
  }
}
