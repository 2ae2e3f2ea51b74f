package dev.namewell.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What defaults depend on.
 *
 * @param resolvConf where the system's own name servers stand, the first usable file counts
 * @param localAddresses the machine's addresses; asked only where a wildcard listens
 * @param controlSocket default of {@code control}
 * @param cacheBytes default of {@code cache.size}
 * @param stateDirectory where files may be kept over a restart; empty if none is known
 */
public record Surroundings(
    List<Path> resolvConf,
    Supplier<List<InetAddress>> localAddresses,
    Path controlSocket,
    long cacheBytes,
    Optional<Path> stateDirectory) {

  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  /** Where systemd-resolved lists the servers behind its stub address. */
  private static final Path BEHIND_THE_STUB = Path.of("/run/systemd/resolve/resolv.conf");

  private static final String SOCKET = "control.sock";
  private static final long USUAL_CACHE_BYTES = 64L << 20;

  public Surroundings {
    resolvConf = List.copyOf(resolvConf);
  }

  /** This machine's, with the heap of this JVM. */
  public static Surroundings ofThisMachine(Map<String, String> environment) {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    return new Surroundings(
        List.of(RESOLV_CONF, BEHIND_THE_STUB),
        Surroundings::interfaceAddresses,
        controlSocket(environment),
        Math.min(USUAL_CACHE_BYTES, quarter),
        stateDirectory(environment));
  }

  /** What systemd's StateDirectory= gives; the first of several. */
  private static Optional<Path> stateDirectory(Map<String, String> environment) {
    String ofUnit = environment.getOrDefault("STATE_DIRECTORY", "").split(":", 2)[0];
    return ofUnit.startsWith("/") ? Optional.of(Path.of(ofUnit)) : Optional.empty();
  }

  private static Path controlSocket(Map<String, String> environment) {
    String ofUnit = environment.getOrDefault("RUNTIME_DIRECTORY", "");
    if (ofUnit.startsWith("/")) {
      return Path.of(ofUnit, SOCKET);
    }
    String user = user();
    if (user.equals("0")) {
      return Path.of("/run/namewell", SOCKET);
    }
    String ofUser = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return ofUser.startsWith("/")
        ? Path.of(ofUser, "namewell", SOCKET)
        : Path.of("/tmp/namewell-" + user, SOCKET);
  }

  /** The numeric user where the system has one, else the name. */
  private static String user() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return System.getProperty("user.name", "user").replace('/', '_');
    }
  }

  private static List<InetAddress> interfaceAddresses() {
    List<InetAddress> addresses = new ArrayList<>();
    try {
      NetworkInterface.networkInterfaces()
          .forEach(card -> card.inetAddresses().forEach(addresses::add));
    } catch (SocketException _) {
      addresses.add(InetAddress.getLoopbackAddress());
    }
    return addresses;
  }
}
