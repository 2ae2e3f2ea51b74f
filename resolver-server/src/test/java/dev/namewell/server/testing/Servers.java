package dev.namewell.server.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real DNS servers on loopback, and Namewell itself as a process of its own. */
public final class Servers {
  private Servers() {}

  /** NSD, authoritative for the root with this zone text; answers on UDP and TCP. */
  public static Daemon nsd(Path folder, String address, int port, String rootZone) {
    Requires.tool("nsd");
    write(folder.resolve("nsd-" + port + ".zone"), rootZone);
    Path config = folder.resolve("nsd-" + port + ".conf");
    write(
        config,
        """
        server:
          ip-address: %s@%d
          username: ""
          chroot: ""
          zonesdir: "%s"
          pidfile: "%s/nsd-%d.pid"
          xfrdfile: ""
          zonelistfile: "%s/nsd-%d.list"
          logfile: ""
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: "."
          zonefile: "nsd-%d.zone"
        """
            .formatted(address, port, folder, folder, port, folder, port, port));
    return Daemon.start(
        folder, "nsd-" + port, List.of(Requires.tool("nsd"), "-d", "-c", config.toString()));
  }

  /**
   * NSD on a host of a test's own, authoritative for some zones; waits until it serves.
   *
   * @param zones file of each, by apex
   */
  public static Daemon nsd(Host host, Path folder, String address, Map<String, Path> zones) {
    StringBuilder text =
        new StringBuilder(
            """
            server:
              ip-address: %1$s
              username: ""
              chroot: ""
              zonesdir: "%2$s"
              pidfile: "%2$s/%1$s.pid"
              xfrdfile: ""
              zonelistfile: "%2$s/%1$s.list"
              logfile: ""
              server-count: 1
            remote-control:
              control-enable: no
            """
                .formatted(address, folder));
    zones.forEach(
        (apex, file) ->
            text.append("zone:\n  name: \"%s\"\n  zonefile: \"%s\"\n".formatted(apex, file)));
    Path config = folder.resolve(address + ".conf");
    write(config, text.toString());
    List<String> command = new ArrayList<>(host.prefix());
    command.addAll(List.of(Requires.tool("nsd"), "-d", "-c", config.toString()));
    return Daemon.start(folder, "nsd-" + address, command).untilLogged("nsd started");
  }

  /** Namewell in a JVM of its own, with the class path of this test run. */
  public static Daemon namewell(Path folder, String name, String... arguments) {
    return Daemon.start(folder, name, namewellCommand(List.of(), arguments));
  }

  /** The command line of Namewell, after a prefix such as {@code ip netns exec}. */
  public static List<String> namewellCommand(List<String> prefix, String... arguments) {
    return namewellCommand(prefix, List.of(), arguments);
  }

  /**
   * The same with more options of the JVM.
   *
   * @param jvmOptions such as {@code -Xmx128m}
   */
  public static List<String> namewellCommand(
      List<String> prefix, List<String> jvmOptions, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-cp",
            classPath()));
    command.addAll(jvmOptions);
    command.add("dev.namewell.server.app.Main");
    command.addAll(List.of(arguments));
    return command;
  }

  private static String classPath() {
    return System.getProperty(
        "surefire.test.class.path",
        System.getProperty("java.class.path", "." + File.pathSeparator));
  }

  public static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
