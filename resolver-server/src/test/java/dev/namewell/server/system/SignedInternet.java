package dev.namewell.server.system;

import dev.namewell.server.testing.ZoneSigning;
import dev.namewell.server.testing.ZoneSigning.Signed;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Zone files of a signed root, a signed example. and zones below it that are well signed in
 * different ways, or badly, or not at all.
 */
final class SignedInternet {
  /** Of the root. */
  static final String ROOT_ADDRESS = "10.97.0.1";

  /** Of all other zones. */
  static final String ADDRESS = "10.97.0.2";

  private static final String ECDSA = "ECDSAP256SHA256";

  private final ZoneSigning signing;
  private final Map<String, Path> files = new LinkedHashMap<>();
  private final StringBuilder delegations = new StringBuilder();
  private final Path root;
  private final String rootDs;

  SignedInternet(Path folder) {
    signing = new ZoneSigning(folder);
    secure("nsec", ECDSA);
    secure("nsec3", ECDSA, "-3", "-", "-H", "0");
    secure("optout", ECDSA, "-3", "ABCD", "-H", "1", "-A");
    secure("other", ECDSA);
    secure("rsa256", "RSASHA256");
    secure("rsa512", "RSASHA512");
    secure("p384", "ECDSAP384SHA384");
    secure("ed25519", "ED25519");
    secure("ed448", "ED448");
    secure("expired", ECDSA, "-s", "20200101000000", "-e", "20200201000000");
    secure("future", ECDSA, "-s", "20900101000000", "-e", "20900201000000");
    changed("changed", text -> text.replace("192.0.2.10", "192.0.2.66"));
    changed("unproved", text -> without(text, "NSEC"));
    changed("unsignedbelow", text -> without(without(text, "RRSIG"), "NSEC"));
    plain("unsigned", "");
    plain("unknown", "unknown.example. DS 4711 250 2 " + "AB".repeat(32) + "\n");
    plain("wrongds", "wrongds.example. DS 4711 13 2 " + "AB".repeat(32) + "\n");
    Signed top =
        signing.sign(
            "example.",
            """
            $ORIGIN example.
            $TTL 300
            @ SOA ns host 1 7200 3600 86400 60
            @ NS ns
            ns A %s
            """
                    .formatted(ADDRESS)
                + delegations,
            ECDSA);
    files.put("example.", top.file());
    Signed above =
        signing.sign(
            ".",
            """
            $ORIGIN .
            $TTL 300
            . SOA a.root. host. 1 7200 3600 86400 60
            . NS a.root.
            a.root. A %s
            example. NS ns.example.
            ns.example. A %s
            """
                    .formatted(ROOT_ADDRESS, ADDRESS)
                + top.ds(),
            ECDSA);
    root = above.file();
    rootDs = above.ds();
  }

  Path root() {
    return root;
  }

  String rootDs() {
    return rootDs;
  }

  /** All other zones, by apex. */
  Map<String, Path> files() {
    return files;
  }

  private static String zone(String name) {
    return """
    $ORIGIN %1$s.example.
    $TTL 300
    @ SOA ns host 1 7200 3600 86400 60
    @ NS ns
    ns A %2$s
    www A 192.0.2.10
    alias CNAME www
    lost CNAME nowhere
    across CNAME www.other.example.
    out CNAME www.unsigned.example.
    *.wild A 192.0.2.11
    *.walias CNAME www.other.example.
    deep.ent A 192.0.2.12
    x.*.went A 192.0.2.13
    moved DNAME other.example.
    gone DNAME unsigned.example.
    sub NS ns.sub
    ns.sub A %2$s
    """
        .formatted(name, ADDRESS);
  }

  private void delegate(String name, String ds) {
    delegations.append("%1$s NS ns.%1$s\nns.%1$s A %2$s\n".formatted(name, ADDRESS)).append(ds);
    String sub = "sub." + name + ".example.";
    files.put(sub, signing.write(sub, "plain", zone("sub." + name)));
  }

  private void secure(String name, String algorithm, String... options) {
    String apex = name + ".example.";
    Signed signed = signing.sign(apex, zone(name), algorithm, options);
    files.put(apex, signed.file());
    delegate(name, signed.ds());
  }

  private void changed(String name, UnaryOperator<String> change) {
    String apex = name + ".example.";
    Signed signed = signing.sign(apex, zone(name), ECDSA);
    files.put(apex, signing.write(apex, "changed", change.apply(ZoneSigning.read(signed.file()))));
    delegate(name, signed.ds());
  }

  private void plain(String name, String ds) {
    String apex = name + ".example.";
    files.put(apex, signing.write(apex, "plain", zone(name)));
    delegate(name, ds);
  }

  /** Leaves out the records of a type. */
  private static String without(String text, String type) {
    return text.lines()
        .filter(line -> !line.matches("\\S+\\s+\\d+\\s+IN\\s+" + type + "\\s.*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
