package dev.namewell.server.config;

import dev.namewell.core.settings.Address;
import dev.namewell.server.config.value.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** The name servers that the system itself is told to ask, without this server. */
final class SystemUpstreams {
  private static final String KEYWORD = "nameserver";

  private SystemUpstreams() {}

  /** From the first file that names a usable server (resolv.conf(5)); empty where none does. */
  static List<Address> find(Surroundings surroundings, List<Address> listen) {
    for (Path file : surroundings.resolvConf()) {
      List<Address> found = new ArrayList<>();
      for (String line : lines(file)) {
        addServer(line, surroundings, listen, found);
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static List<String> lines(Path file) {
    try {
      // Every octet is a character here, so that no comment can make the file unreadable.
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return List.of();
    }
  }

  private static void addServer(
      String line, Surroundings surroundings, List<Address> listen, List<Address> found) {
    StringTokenizer words = new StringTokenizer(line, " \t");
    if (words.countTokens() < 2 || !words.nextToken().equals(KEYWORD)) {
      return;
    }
    Address server;
    try {
      server = new Address(Addresses.ip(words.nextToken()), Addresses.DNS_PORT);
    } catch (IllegalArgumentException _) {
      return;
    }
    if (isServer(server) && !isSelf(server, listen, surroundings) && !found.contains(server)) {
      found.add(server);
    }
  }

  /** False for addresses that no single server can have. */
  static boolean isServer(Address address) {
    return !address.ip().isAnyLocalAddress() && !address.ip().isMulticastAddress();
  }

  /** True if a query sent there would come back to one of our own listeners. */
  static boolean isSelf(Address server, List<Address> listen, Surroundings surroundings) {
    for (Address own : listen) {
      if (own.port() == server.port() && covers(own.ip(), server.ip(), surroundings)) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(InetAddress own, InetAddress server, Surroundings surroundings) {
    if (own.equals(server)) {
      return true;
    }
    boolean sameFamily = own.getAddress().length == server.getAddress().length;
    return own.isAnyLocalAddress()
        && sameFamily
        && surroundings.localAddresses().get().contains(server);
  }
}
