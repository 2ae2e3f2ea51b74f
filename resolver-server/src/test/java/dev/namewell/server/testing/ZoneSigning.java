package dev.namewell.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Zone files signed with BIND's tools, each with one key. */
public final class ZoneSigning {
  private final Path folder;

  /**
   * @param folder holds keys and zone files
   */
  public ZoneSigning(Path folder) {
    this.folder = folder;
  }

  /**
   * A signed zone.
   *
   * @param file in master form, one record a line
   * @param ds for the zone above
   */
  public record Signed(Path file, String ds) {}

  /**
   * Makes a key and signs a zone.
   *
   * @param algorithm by its mnemonic, as {@code ECDSAP256SHA256}
   * @param options of {@code dnssec-signzone}, as {@code -3 -}
   */
  public Signed sign(String apex, String text, String algorithm, String... options) {
    Path plain = write(apex, "plain", text);
    Path signed = plain.resolveSibling(plain.getFileName() + ".signed");
    List<String> generate =
        new ArrayList<>(
            List.of(Requires.tool("dnssec-keygen"), "-q", "-K", folder.toString(), "-f", "KSK"));
    if (algorithm.contains("RSA")) {
      generate.addAll(List.of("-b", "2048"));
    }
    generate.addAll(List.of("-a", algorithm, apex));
    String key = Command.output(generate.toArray(String[]::new)).strip();
    List<String> sign =
        new ArrayList<>(
            List.of(Requires.tool("dnssec-signzone"), "-q", "-P", "-z", "-S", "-O", "full"));
    sign.addAll(List.of("-K", folder.toString(), "-d", folder.toString(), "-o", apex));
    sign.addAll(List.of(options));
    sign.addAll(List.of("-f", signed.toString(), plain.toString()));
    String _ = Command.output(sign.toArray(String[]::new));
    String ds =
        Command.output(Requires.tool("dnssec-dsfromkey"), "-2", folder.resolve(key).toString());
    return new Signed(signed, ds.strip() + "\n");
  }

  /** Writes a zone as it is. */
  public Path write(String apex, String kind, String text) {
    Path file = folder.resolve((apex.equals(".") ? "root." : apex) + kind);
    Servers.write(file, text);
    return file;
  }

  /** The text of a zone file. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
