package dev.namewell.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Other validating resolvers on a host of a test's own. All begin at the hints in {@code
 * root.hints} and trust the DS record in {@code root.ds} of the folder.
 */
public final class Peers {
  private final Host host;
  private final Path folder;

  public Peers(Host host, Path folder) {
    this.host = host;
    this.folder = folder;
  }

  public Daemon unbound(String address) {
    String program = Requires.tool("unbound");
    Path config = folder.resolve("unbound.conf");
    Servers.write(
        config,
        """
        server:
          interface: %1$s
          outgoing-interface: %1$s
          access-control: 0.0.0.0/0 allow
          do-ip6: no
          username: ""
          chroot: ""
          directory: "%2$s"
          pidfile: ""
          use-syslog: no
          num-threads: 1
          module-config: "validator iterator"
          root-hints: "%2$s/root.hints"
          trust-anchor-file: "%2$s/root.ds"
        remote-control:
          control-enable: no
        """
            .formatted(address, folder));
    return start("unbound", program, "-d", "-c", config.toString());
  }

  public Daemon bind(String address) {
    String program = Requires.tool("named");
    Path config = folder.resolve("named.conf");
    String[] ds = ZoneSigning.read(folder.resolve("root.ds")).strip().split("\\s+", 7);
    Servers.write(
        config,
        """
        options {
          directory "%2$s"; pid-file none; session-keyfile "%2$s/session.key"; lock-file none;
          listen-on { %1$s; }; listen-on-v6 { none; }; query-source address %1$s;
          recursion yes; allow-query { any; }; allow-recursion { any; }; dnssec-validation yes;
        };
        controls {};
        trust-anchors { . static-ds %3$s %4$s %5$s "%6$s"; };
        zone "." { type hint; file "%2$s/root.hints"; };
        """
            .formatted(address, folder, ds[3], ds[4], ds[5], ds[6].replace(" ", "")));
    return start("named", program, "-g", "-n", "1", "-c", config.toString());
  }

  public Daemon knotResolver(String address) {
    String program = Requires.tool("kresd");
    Path config = folder.resolve("kresd.conf");
    try {
      Path state = Files.createDirectories(folder.resolve("kresd"));
      Servers.write(
          config,
          """
          net.listen('%1$s', 53, { kind = 'dns' })
          net.outgoing_v4('%1$s')
          net.ipv6 = false
          modules = { 'hints > iterate' }
          hints.root_file('%2$s/root.hints')
          trust_anchors.remove('.')
          trust_anchors.add_file('%2$s/root.ds', true)
          cache.size = 10 * MB
          """
              .formatted(address, folder));
      return start("kresd", program, "-n", "-c", config.toString(), state.toString());
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  private Daemon start(String name, String... command) {
    List<String> whole = new ArrayList<>(host.prefix());
    whole.addAll(List.of(command));
    return Daemon.start(folder, name, whole);
  }
}
