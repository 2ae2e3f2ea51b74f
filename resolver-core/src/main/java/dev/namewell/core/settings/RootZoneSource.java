package dev.namewell.core.settings;

import dev.namewell.core.dns.Rrset;
import java.util.List;

/** Where a copy of the root zone is taken from (RFC 8806). */
public sealed interface RootZoneSource {
  /** Servers that allow zone transfer (RFC 5936), tried in this order. */
  record Transfer(List<Address> servers) implements RootZoneSource {
    public Transfer {
      servers = List.copyOf(servers);
    }
  }

  /**
   * A file that has been read.
   *
   * @param name of the file, for people
   */
  record File(String name, List<Rrset> rrsets) implements RootZoneSource {
    public File {
      rrsets = List.copyOf(rrsets);
    }
  }
}
