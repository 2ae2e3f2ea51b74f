package dev.namewell.server.config.value;

import dev.namewell.core.dns.Rrset;
import dev.namewell.core.records.ZoneText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Reads a zone file in master format (RFC 1035 §5). */
public final class ZoneFile {
  /** The root zone has about two million octets. */
  private static final long MAX_OCTETS = 64 << 20;

  private ZoneFile() {}

  /**
   * The RRsets of a file.
   *
   * @throws IllegalArgumentException with the reason in words if it is not there or no zone
   */
  public static List<Rrset> read(String path) {
    try {
      Path file = Path.of(path);
      if (Files.size(file) > MAX_OCTETS) {
        throw new IllegalArgumentException(path + " is too large for the root zone");
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        return ZoneText.read(in);
      }
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot read " + path + ": " + Unreadable.words(e), e);
    }
  }
}
