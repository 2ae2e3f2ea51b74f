package dev.namewell.server.config.value;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Reads root hints in master format (RFC 1035 §5), as IANA publishes them. */
public final class HintsFile {
  private HintsFile() {}

  /**
   * The root servers of a file.
   *
   * @throws IllegalArgumentException with the reason in words if the file is not there or no hints
   */
  public static List<RootServer> read(String path) {
    Map<Name, List<Address>> addresses = new LinkedHashMap<>();
    List<Name> servers = new ArrayList<>();
    try (InputStream in = Files.newInputStream(Path.of(path));
        Master file = new Master(in, Name.root)) {
      for (Record record = file.nextRecord(); record != null; record = file.nextRecord()) {
        switch (record) {
          case NSRecord ns when ns.getName().equals(Name.root) -> servers.add(ns.getTarget());
          case ARecord a -> add(addresses, a.getName(), a.getAddress());
          case AAAARecord aaaa -> add(addresses, aaaa.getName(), aaaa.getAddress());
          default -> {}
        }
      }
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot read " + path + ": " + Unreadable.words(e), e);
    }
    List<RootServer> hints = new ArrayList<>();
    for (Name server : servers) {
      List<Address> known = addresses.get(server);
      if (known != null) {
        hints.add(new RootServer(DnsName.parse(server.toString()), known));
      }
    }
    if (hints.isEmpty()) {
      throw new IllegalArgumentException(
          path
              + " has no NS record of the root with an address (allowed: root hints as IANA"
              + " publishes them)");
    }
    return hints;
  }

  private static void add(Map<Name, List<Address>> addresses, Name name, InetAddress ip) {
    addresses
        .computeIfAbsent(name, key -> new ArrayList<>())
        .add(new Address(ip, Addresses.DNS_PORT));
  }
}
