package dev.namewell.server.testing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A host of a test's own: a network namespace, removed with all its links when closed. */
public final class Host implements AutoCloseable {
  private static final int READ_ONLY = 0;

  /** From {@code linux/sched.h}. */
  private static final int CLONE_NEWNET = 0x4000_0000;

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

  /**
   * Does something on a thread that is on this host: sockets that it opens belong there, and {@code
   * /proc/thread-self/net} tells of them.
   */
  public <T> T on(Callable<T> work) {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              enter();
              return work.call();
            });
    Thread thread = Thread.ofPlatform().daemon().name("on " + name).start(task);
    try {
      thread.join();
      return task.get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new AssertionError("on " + name, failed);
    }
  }

  /** Moves the calling thread here; it must end afterwards. */
  @SuppressWarnings("restricted")
  private void enter() throws IOException {
    Linker linker = Linker.nativeLinker();
    MethodHandle setns =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setns"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle open =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    MethodHandle close =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int file = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + name), READ_ONLY);
      int failed = (int) setns.invokeExact(file, CLONE_NEWNET);
      int _ = (int) close.invokeExact(file);
      if (failed != 0) {
        throw new IOException("cannot enter " + name);
      }
    } catch (IOException cannot) {
      throw cannot;
    } catch (Throwable defect) {
      throw new AssertionError(defect);
    }
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
