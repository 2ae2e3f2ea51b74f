package dev.namewell.server.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the control socket lives: checks that nobody else can put one there, or take it away. */
final class ControlPath {
  /** Octets of a path in {@code sockaddr_un} without its final zero (unix(7)). */
  static final int MAX_OCTETS = 107;

  private static final int TYPE_MASK = 0170000;
  private static final int SOCKET = 0140000;
  private static final int ROOT = 0;

  private ControlPath() {}

  /** Refuses a path that the kernel would cut off. */
  static void checkLength(Path path) throws IOException {
    int octets = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (octets > MAX_OCTETS) {
      throw new IOException(
          "control: the path "
              + path
              + " has "
              + octets
              + " octets, a socket's may have "
              + MAX_OCTETS
              + ": choose a shorter one");
    }
  }

  /**
   * Makes the directory, or checks that it is ours, and removes a socket that nobody serves.
   *
   * @param path absolute
   */
  static void prepare(Path path) throws IOException {
    checkLength(path);
    Path directory = directory(path);
    if (!Files.exists(directory)) {
      Files.createDirectories(directory(directory));
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    int self = checkDirectory(directory);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      removeStale(path, self);
    }
  }

  private static Path directory(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException("control: " + path + " is no path of a socket");
    }
    return parent;
  }

  /** Returns the number of the user that runs this, as files made by it show. */
  private static int checkDirectory(Path directory) throws IOException {
    int self;
    try {
      Path probe = Files.createTempFile(directory, ".owner", "");
      try {
        self = owner(probe);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException notWritable) {
      throw new IOException(
          "control: cannot make files in " + directory + ": " + notWritable.getMessage(),
          notWritable);
    }
    int owner = owner(directory);
    if (owner != self && owner != ROOT) {
      throw new IOException(
          "control: the directory "
              + directory
              + " belongs to user "
              + owner
              + ", not to user "
              + self
              + " that runs this: choose another one");
    }
    if (Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "control: everybody may write to the directory "
              + directory
              + ": choose another one, or chmod o-w it");
    }
    return self;
  }

  private static void removeStale(Path path, int self) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & TYPE_MASK) != SOCKET) {
      throw new IOException("control: " + path + " exists and is no socket: move it away");
    }
    int owner = owner(path);
    if (owner != self) {
      throw new IOException(
          "control: the socket " + path + " belongs to user " + owner + ": choose another path");
    }
    if (isServed(path)) {
      throw new IOException(
          "control: somebody listens at " + path + " already: stop that one, or set `control`");
    }
    Files.delete(path);
  }

  private static boolean isServed(Path path) throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException nobody) {
      return false;
    }
  }

  private static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }
}
