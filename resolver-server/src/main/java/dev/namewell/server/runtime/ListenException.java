package dev.namewell.server.runtime;

import dev.namewell.core.settings.Address;
import java.io.IOException;
import java.net.Inet6Address;

/** An address cannot be listened on. The message is for the operator: what, why, how to mend it. */
public final class ListenException extends IOException {
  /** Ports below need a privilege on Linux, unless a sysctl says otherwise. */
  private static final int FIRST_UNPRIVILEGED = 1024;

  private final Purpose purpose;
  private final Address address;

  /** What was to be taken there. */
  public enum Purpose {
    UDP("listen", "another DNS server", ""),
    TCP("listen", "another DNS server", ""),
    /** Metrics and health. */
    HTTP("http", "another server", ". Name another address, or off");

    private final String key;
    private final String other;
    private final String remedy;

    Purpose(String key, String other, String remedy) {
      this.key = key;
      this.other = other;
      this.remedy = remedy;
    }
  }

  private ListenException(Purpose purpose, Address address, String why, Throwable cause) {
    super("cannot listen on " + address + " (" + purpose + "): " + why, cause);
    this.purpose = purpose;
    this.address = address;
  }

  /** Says why binding failed, as far as the operating system's words tell. */
  public static ListenException of(Address address, Purpose purpose, Throwable cause) {
    return new ListenException(purpose, address, reason(address, purpose, cause), cause);
  }

  /** The key of the configuration that names the address. */
  public String key() {
    return purpose.key;
  }

  public Address address() {
    return address;
  }

  /** True if the address is none of this machine's, now. */
  public boolean isForeignAddress() {
    Throwable cause = getCause();
    return cause != null && isForeign(words(cause));
  }

  private static boolean isForeign(String words) {
    return words.contains("assign requested address");
  }

  private static String reason(Address address, Purpose purpose, Throwable cause) {
    String words = words(cause);
    if (words.contains("already in use")) {
      return "the address is in use: "
          + purpose.other
          + " is listening there"
          + (address.port() == 53
              ? ", for example systemd-resolved, dnsmasq or named; `ss -lunp 'sport = :53'` shows"
                  + " it. Stop it, or listen on one address that it leaves free"
              : "; `ss -lntup 'sport = :" + address.port() + "'` shows it")
          + purpose.remedy;
    }
    if (words.contains("ermission denied") && address.port() < FIRST_UNPRIVILEGED) {
      return "no permission: port "
          + address.port()
          + " needs root or CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=), or a lower"
          + " net.ipv4.ip_unprivileged_port_start";
    }
    if (isForeign(words)) {
      return "this machine has no such address (see `ip address`)";
    }
    if (words.contains("not supported by protocol") || words.contains("Protocol family")) {
      return "this machine has no " + (address.ip() instanceof Inet6Address ? "IPv6" : "IPv4");
    }
    return words;
  }

  private static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
