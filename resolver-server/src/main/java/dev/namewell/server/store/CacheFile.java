package dev.namewell.server.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of a cache in a file. The file under its name is always a whole one: it is written
 * beside, forced to disk, then renamed. Methods block; one at a time.
 */
public final class CacheFile {
  private static final Logger LOG = LoggerFactory.getLogger(CacheFile.class);
  private static final String BEING_WRITTEN = ".new-";
  private static final String DAMAGED = ".damaged-";
  private static final int BUFFER = 1 << 16;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path file;
  private final InstantSource clock;
  private final LongSupplier provedBy;

  /**
   * @param clock wall clock: ages run on while the program does not
   * @param provedBy what answers are proved by just now, as a number that outlives the program; of
   *     a file with another nothing is used
   */
  public CacheFile(Path file, InstantSource clock, LongSupplier provedBy) {
    this.file = file.toAbsolutePath();
    this.clock = clock;
    this.provedBy = provedBy;
  }

  /** How a reading ended. */
  public enum Ending {
    /** All was read. */
    WHOLE,
    /** There is no file. */
    ABSENT,
    /** Nothing was used: the answers were proved by something else, or an older program's. */
    OUTDATED,
    /** It was set aside; what stood before the damage was used. */
    DAMAGED,
    /** It cannot be read, for want of permission for example. */
    UNREADABLE,
    /** The receiver wanted no more. */
    STOPPED
  }

  /**
   * What a reading brought.
   *
   * @param entries answers handed on
   */
  public record Loaded(Ending ending, long entries) {}

  /** Gives answers one by one while the cache goes on changing. */
  @FunctionalInterface
  public interface Answers {
    /** Calls {@code visitor} once for each answer. */
    void forEach(Consumer<StoredAnswer> visitor);
  }

  public Path path() {
    return file;
  }

  /**
   * Replaces the file; not if answers begin to be proved by something else meanwhile, for then
   * those of before and after are mixed.
   *
   * @return how many answers it holds now; 0 if it was not replaced
   * @throws IOException if it cannot be written; the file before it is untouched
   */
  public synchronized long save(Answers answers) throws IOException {
    Path directory = directory();
    Files.createDirectories(directory);
    Path fresh =
        Files.createTempFile(
            directory,
            file.getFileName() + BEING_WRITTEN,
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long proof = provedBy.getAsLong();
    try {
      long entries = write(fresh, answers, proof);
      if (provedBy.getAsLong() != proof) {
        return 0;
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      force(directory);
      return entries;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Makes the renaming last over a power failure, where the file system can. */
  private static void force(Path directory) {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    } catch (IOException cannot) {
      LOG.debug("cannot force {} to disk: {}", directory, cannot.toString());
    }
  }

  private long write(Path fresh, Answers answers, long proof) throws IOException {
    try (FileChannel channel = FileChannel.open(fresh, Set.of(StandardOpenOption.WRITE))) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      CacheWriter writer = new CacheWriter(out, clock.millis(), proof);
      answers.forEach(
          answer -> {
            try {
              writer.write(answer);
            } catch (IOException full) {
              throw new UncheckedIOException(full);
            }
          });
      long entries = writer.finish();
      channel.force(true);
      return entries;
    } catch (UncheckedIOException full) {
      throw full.getCause();
    }
  }

  /**
   * Reads the file, if there is one. Never throws: a file that cannot be used is told in the log
   * and renamed, so that it can be looked at and does not stand in the way.
   *
   * @param sink takes each answer with its age as of now; returns false to stop
   */
  public synchronized Loaded load(Predicate<StoredAnswer> sink) {
    removeLeftovers(BEING_WRITTEN);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      CacheReader reader = new CacheReader(in, sink);
      try {
        Ending ending = reader.read(clock.millis(), provedBy.getAsLong());
        return new Loaded(ending, reader.entries());
      } catch (CacheReader.DamagedException damaged) {
        setAside(String.valueOf(damaged.getMessage()), reader.entries());
        return new Loaded(Ending.DAMAGED, reader.entries());
      }
    } catch (NoSuchFileException absent) {
      return new Loaded(Ending.ABSENT, 0);
    } catch (IOException unreadable) {
      LOG.warn(
          "cache file {} cannot be read, starting without it: {}", file, unreadable.toString());
      return new Loaded(Ending.UNREADABLE, 0);
    }
  }

  private void setAside(String why, long used) {
    removeLeftovers(DAMAGED);
    Path aside = file.resolveSibling(file.getFileName() + DAMAGED + STAMP.format(clock.instant()));
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "cache file {} is not usable: {}. Set aside as {}; {} answers before the damage are used",
          file,
          why,
          aside.getFileName(),
          used);
    } catch (IOException inTheWay) {
      LOG.warn(
          "cache file {} is not usable: {}. It cannot be set aside either ({}): remove it",
          file,
          why,
          inTheWay.toString());
    }
  }

  /** Of each kind one is enough, and what a killed process was writing is of no use. */
  private void removeLeftovers(String kind) {
    String prefix = file.getFileName() + kind;
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(
            directory(), path -> path.getFileName().toString().startsWith(prefix))) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    } catch (NoSuchFileException noDirectory) {
      LOG.debug("{} is absent", noDirectory.getMessage());
    } catch (IOException keptThen) {
      LOG.warn("cannot remove old files beside {}: {}", file, keptThen.toString());
    }
  }

  private Path directory() {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is no path of a file");
    }
    return parent;
  }
}
