package dev.namewell.server.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A host of a test's own: a network namespace, removed with all its links when closed. */
public final class Host implements AutoCloseable {
  private final String name;

  /** Makes a host; its name is unique to this process. */
  public Host(String role) {
    Requires.root();
    Requires.tool("ip");
    name = "nw-" + role + "-" + ProcessHandle.current().pid();
    Command.output("ip", "netns", "add", name);
    run("ip", "link", "set", "lo", "up");
  }

  public String name() {
    return name;
  }

  /** Joins two hosts by a cable; each end has the given interface name. */
  public static void cable(Host a, String aInterface, Host b, String bInterface) {
    Command.output(
        "ip",
        "link",
        "add",
        aInterface,
        "netns",
        a.name,
        "type",
        "veth",
        "peer",
        "name",
        bInterface,
        "netns",
        b.name);
    a.run("ip", "link", "set", aInterface, "up");
    b.run("ip", "link", "set", bInterface, "up");
  }

  /** Gives an interface an address in CIDR form. */
  public Host address(String networkInterface, String cidr) {
    run("ip", "address", "add", cidr, "dev", networkInterface);
    return this;
  }

  /** What precedes a command to run it on this host. */
  public List<String> prefix() {
    return List.of("ip", "netns", "exec", name);
  }

  /** Runs a command on this host; it must succeed. */
  public String run(String... command) {
    List<String> whole = new ArrayList<>(prefix());
    whole.addAll(List.of(command));
    return Command.output(whole.toArray(String[]::new));
  }

  /** Starts a server on this host. */
  public Daemon start(Path folder, List<String> command) {
    List<String> whole = new ArrayList<>(prefix());
    whole.addAll(command);
    return Daemon.start(folder, name + "-" + Path.of(command.getFirst()).getFileName(), whole);
  }

  /** The file that programs on this host see as {@code /etc/resolv.conf}. */
  public Path resolvConf() {
    Path file = Path.of("/etc/netns", name, "resolv.conf");
    if (!Files.exists(file)) {
      Command.output("mkdir", "-p", Objects.requireNonNull(file.getParent()).toString());
      Servers.write(file, "# to be written by DHCP\n");
    }
    return file;
  }

  @Override
  public void close() {
    Command.run("ip", "netns", "delete", name);
    Command.run("rm", "-rf", "/etc/netns/" + name);
  }
}
