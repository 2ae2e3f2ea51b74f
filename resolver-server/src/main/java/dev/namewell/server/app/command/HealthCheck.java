package dev.namewell.server.app.command;

import dev.namewell.core.settings.Address;
import dev.namewell.server.app.Terminal;
import dev.namewell.server.client.HealthProbe;
import dev.namewell.server.config.value.Addresses;
import java.net.InetSocketAddress;

/**
 * {@code namewell query --health [@SERVER] [-p PORT]}, without the command line library: a
 * container engine runs it every few seconds. Anything else it leaves to {@link QueryCommand}.
 */
public final class HealthCheck {
  private static final int EXIT_UNHEALTHY = 1;
  private static final int NOT_ASKED = -1;
  private static final int NS = 2;
  private static final int TIMEOUT_MILLIS = 4000;
  private static final byte[] ROOT = {0};
  private static final String HEALTH = "--health";

  private HealthCheck() {}

  /** The exit code, or -1 if the arguments are for another command. */
  public static int runIfAsked(String[] arguments, Terminal terminal) {
    if (arguments.length < 2 || arguments.length > 3 || !arguments[0].equals("query")) {
      return NOT_ASKED;
    }
    String server = "";
    boolean asked = false;
    for (int i = 1; i < arguments.length; i++) {
      if (arguments[i].equals(HEALTH)) {
        asked = true;
      } else if (arguments[i].startsWith("@")) {
        server = arguments[i].substring(1);
      } else {
        return NOT_ASKED;
      }
    }
    return asked && !server.isEmpty() ? probe(server, terminal) : NOT_ASKED;
  }

  private static int probe(String server, Terminal terminal) {
    try {
      Address address = Addresses.parse(server, Addresses.DNS_PORT);
      return probe(address.socketAddress(), terminal);
    } catch (IllegalArgumentException _) {
      return NOT_ASKED;
    }
  }

  /** Asks for the name servers of the root, which every resolver that works can tell. */
  static int probe(InetSocketAddress server, Terminal terminal) {
    if (HealthProbe.isHealthy(server, ROOT, NS, TIMEOUT_MILLIS)) {
      return 0;
    }
    terminal
        .err()
        .println(
            "unhealthy: no good answer from " + new Address(server.getAddress(), server.getPort()));
    return EXIT_UNHEALTHY;
  }
}
