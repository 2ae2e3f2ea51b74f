package dev.namewell.server.store;

import dev.namewell.core.port.Memo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A memo in a text file, with a checksum in its last line. The file under its name is always a
 * whole one: it is written beside, forced to disk, then renamed. Nothing is written over one that
 * could neither be read nor be set aside. Trouble is logged, never thrown.
 */
public final class MemoFile implements Memo {
  private static final Logger LOG = LoggerFactory.getLogger(MemoFile.class);
  private static final String CHECKSUM = "; sha-256 ";
  private static final int MAX_OCTETS = 4 << 20;

  private final Path file;
  private final Path fresh;
  private final InstantSource clock;

  /** What is there may count again when somebody has mended it. */
  private boolean left;

  /**
   * @param clock dates the name of a damaged file
   */
  public MemoFile(Path file, InstantSource clock) {
    this.file = file.toAbsolutePath();
    this.fresh = this.file.resolveSibling(this.file.getFileName() + ".new");
    this.clock = clock;
  }

  @Override
  public synchronized @Nullable String load() {
    try {
      String whole = read();
      if (whole.length() > MAX_OCTETS) {
        setAside("it is larger than 4 MiB");
        return null;
      }
      int end = whole.lastIndexOf(CHECKSUM);
      String text = end < 0 ? "" : whole.substring(0, end);
      if (end < 0 || !whole.substring(end).equals(checksum(text))) {
        setAside("its checksum is wrong: it is damaged, or was changed by hand");
        return null;
      }
      return text;
    } catch (NoSuchFileException none) {
      return null;
    } catch (IOException unreadable) {
      leave("it cannot be read", unreadable);
      return null;
    }
  }

  /** An octet more than there may be, at most. What is no file may have no end, or never begin. */
  private String read() throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
      throw new IOException("it is no file");
    }
    try (InputStream octets = Files.newInputStream(file)) {
      return new String(octets.readNBytes(MAX_OCTETS + 1), StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public synchronized void save(String text) {
    if (left) {
      return;
    }
    try {
      Path directory = file.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer octets =
            ByteBuffer.wrap((text + checksum(text)).getBytes(StandardCharsets.ISO_8859_1));
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      force(directory);
    } catch (IOException cannot) {
      LOG.warn("cannot write {}: {} (it goes on in memory)", file, cannot.toString());
    }
  }

  /** Makes the renaming last over a power failure, where the file system can. */
  private static void force(@Nullable Path directory) throws IOException {
    if (directory != null) {
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  @Override
  public synchronized void setAside(String why) {
    Path aside =
        file.resolveSibling(file.getFileName() + ".damaged-" + clock.instant().getEpochSecond());
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn("{} is not used: {}. Set aside as {}", file, why, aside.getFileName());
    } catch (IOException inTheWay) {
      leave(why + ", and it cannot be set aside", inTheWay);
    }
  }

  private void leave(String why, IOException trouble) {
    left = true;
    LOG.warn(
        "{} is not used, and left as it is: {}: {}. What would be written there is remembered only"
            + " while Namewell runs, until it is mended and Namewell started again",
        file,
        why,
        trouble.toString());
  }

  private static String checksum(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
      return CHECKSUM + HexFormat.of().formatHex(digest) + "\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java runtime without SHA-256", e);
    }
  }
}
