package dev.namewell.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.config.Reference;
import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Requires;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and words of the commands. */
class CommandLineTest {
  @TempDir Path folder;

  private Path config(String yaml) throws IOException {
    return Files.writeString(folder.resolve("test.yaml"), yaml);
  }

  @Test
  void bareNameShowsHelp() {
    CommandLineRun run = CommandLineRun.of();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("Usage: namewell")
        .contains("serve", "check", "query", "control", "demo", "version", "completion");
    assertThat(CommandLineRun.of("--help").out()).isEqualTo(run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "check", "query", "control", "version", "completion", "demo"})
  void everyCommandHasHelp(String command) {
    CommandLineRun run = CommandLineRun.of(command, "--help");
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Usage: namewell " + command);
  }

  @Test
  void anUnknownCommandOrOption() {
    CommandLineRun command = CommandLineRun.of("sreve");
    assertThat(command.status()).isEqualTo(2);
    assertThat(command.err()).contains("sreve").contains("serve");
    CommandLineRun option = CommandLineRun.of("serve", "--lissten", "127.0.0.1");
    assertThat(option.status()).isEqualTo(2);
    assertThat(option.err()).contains("--lissten").contains("--listen");
  }

  @Test
  void aRightConfiguration() throws IOException {
    String yaml = "upstreams: [192.0.2.1, 192.0.2.7]\nallow: 0.0.0.0/0\ncache: {size: 8MiB}\n";
    Path file = config(yaml);
    CommandLineRun run = CommandLineRun.of("check", "--config", file.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("OK: " + file + "\n")
        .contains("listen     127.0.0.1:5300, [::1]:5300")
        .contains("route      . forward to 192.0.2.1:53, 192.0.2.7:53 (ordered)")
        .contains("cache      8 MiB")
        .contains("test.yaml:2:8 allow: 0.0.0.0/0 serves everyone");
  }

  @Test
  void theFileThatIsCheckedNeedsNoOption() throws IOException {
    Path file = config("upstreams: 192.0.2.1\n");
    assertThat(CommandLineRun.of("check", file.toString()).out()).startsWith("OK: " + file + "\n");
    Path other = folder.resolve("none.yaml");
    assertThat(CommandLineRun.of("check", other.toString()).err())
        .startsWith(other + ": no such file\n");
    CommandLineRun both = CommandLineRun.of("check", file.toString(), "-c", other.toString());
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).isEqualTo("Which one? " + file + ", or --config " + other + "\n");
  }

  @Test
  void whoIsAskedForWhichZone() throws IOException {
    Path file =
        config(
            """
            mode: recursive
            recursion: {root-hints: [{name: a.root, addresses: "2001:db8:0::53"}]}
            dnssec: {validation: log-only, trust-anchors: ". DS 1 8 2 %s"}
            routes:
              - {zone: lan.example, mode: stub, upstreams: 192.0.2.1, fallback: on}
            """
                .formatted("ab".repeat(32)));
    CommandLineRun run = CommandLineRun.of("check", "--config", file.toString());
    assertThat(run.out())
        .contains("route      . recursive from the root servers [2001:db8::53]:53\n")
        .contains("lan.example. stub to 192.0.2.1:53 (ordered), else recursive from the root")
        .contains("validation log-only\n");
  }

  @Test
  void whatIsValidatedWhereTheRootHasNoTrustAnchor() throws IOException {
    Path file =
        config(
            """
            mode: recursive
            dnssec: {trust-anchors: ["b.example. DS 1 8 2 %1$s", "a.example. DS 1 8 2 %1$s"]}
            """
                .formatted("ab".repeat(32)));

    assertThat(CommandLineRun.of("check", "--config", file.toString()).out())
        .contains("validation on, below a.example., b.example. only\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "serve"})
  void aWrongConfiguration(String command) throws IOException {
    Path file = config("threads: 0\nupstream: 192.0.2.1\n");
    CommandLineRun run = CommandLineRun.of(command, "--config", file.toString());
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            file
                + ":1:10 threads: 0 is out of range (allowed: a whole number from 1 to 1024)\n"
                + file
                + ":2:1 upstream: is not a key here; did you mean upstreams?\n"
                + "2 problems.\n");
  }

  @Test
  void theFileNamedByTheEnvironment() throws IOException {
    Path file = config("upstreams: 192.0.2.1\n");
    Map<String, String> environment = Map.of("NAMEWELL_CONFIG", file.toString());
    assertThat(CommandLineRun.with(environment, "check").out()).startsWith("OK: " + file);
  }

  @Test
  void aWrongAddressOnTheCommandLine() throws IOException {
    Path file = config("upstreams: 192.0.2.1\n");
    CommandLineRun run =
        CommandLineRun.of("serve", "--config", file.toString(), "--listen", "127.0.0.1:0", "here");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("command line listen[1]: \"here\" is not an IP address");
  }

  @Test
  void schemaAndDefaults() {
    assertThat(CommandLineRun.of("check", "--schema").out()).isEqualTo(Reference.schema());
    assertThat(CommandLineRun.of("check", "--defaults").out()).isEqualTo(Reference.defaults());
    assertThat(CommandLineRun.of("check", "--defaults", "--schema").status()).isEqualTo(2);
  }

  @Test
  void version() {
    CommandLineRun run = CommandLineRun.of("version");
    assertThat(run.status()).isZero();
    assertThat(run.out()).matches("namewell \\S+ \\(Java 25.*\\)\n");
  }

  @Test
  void completionForTheShell() throws IOException {
    String script = CommandLineRun.of("completion").out();
    assertThat(script).contains("complete -F _complete_namewell").contains("--upstream");
    String bash = Requires.tool("bash");
    Path file = Files.writeString(folder.resolve("completion"), script);
    assertThat(Command.run(bash, "-n", file.toString()).exit()).isZero();
  }

  @Test
  void controlWithoutAServer() throws IOException {
    Path file = config("control: " + folder.resolve("none.sock") + "\n");
    for (List<String> words :
        List.of(
            List.of("control", "--config", file.toString(), "stats"),
            List.of("control", "stats", "--config", file.toString()))) {
      CommandLineRun run = CommandLineRun.of(words.toArray(String[]::new));
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("none.sock").contains("namewell serve");
    }
  }

  @Test
  void controlWithoutASocketOrACommand() throws IOException {
    Path file = config("control: off\n");
    CommandLineRun off = CommandLineRun.of("control", "--config", file.toString(), "reload");
    assertThat(off.status()).isEqualTo(1);
    assertThat(off.err()).contains("--socket PATH");
    assertThat(CommandLineRun.of("control").status()).isEqualTo(2);
    assertThat(CommandLineRun.of("control", "flush", "--subtree").status()).isEqualTo(2);
    assertThat(CommandLineRun.of("control", "flush", "a b").status()).isEqualTo(2);
    assertThat(CommandLineRun.of("control", "servers", "").err())
        .isEqualTo("Neither a name nor an address: \"\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"frob", "add", "add example 2h", "add example in 2h", "remove", "remove a b"})
  void aNegativeTrustAnchorInOtherWordsIsToldWhichThereAre(String words) {
    List<String> all = new ArrayList<>(List.of("control", "nta"));
    all.addAll(List.of(words.split(" ")));
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("What? One of: nta, nta add NAME, ");
  }

  @Test
  void whatControlSaysToTheServer() throws IOException {
    // Wrong elsewhere: a reload must be possible although the file on disk is broken.
    Path socket = folder.resolve("c.sock");
    Path file = config("control: " + socket + "\nthreads: wrong\n");
    String[] config = {"--config", file.toString()};
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual().start(() -> answerAll(server));
      assertThat(control(config, "flush").out()).isEqualTo("ok\nflush all\n");
      assertThat(control(config, "flush", "Example.COM").out())
          .isEqualTo("ok\nflush name Example.COM\n");
      assertThat(control(config, "flush", "example.com", "--subtree").out())
          .isEqualTo("ok\nflush subtree example.com\n");
      assertThat(control(config, "stats").out()).isEqualTo("ok\nstats\n");
      CommandLineRun failed = control(config, "reload");
      assertThat(failed.status()).isEqualTo(1);
      assertThat(failed.err()).isEqualTo("error: reload failed\nfor a reason\n");
    }
  }

  private static CommandLineRun control(String[] config, String... rest) {
    String[] all = new String[config.length + 1 + rest.length];
    all[0] = "control";
    System.arraycopy(config, 0, all, 1, config.length);
    System.arraycopy(rest, 0, all, 1 + config.length, rest.length);
    return CommandLineRun.of(all);
  }

  private static void answerAll(ServerSocketChannel server) {
    while (server.isOpen()) {
      try (SocketChannel channel = server.accept()) {
        StringBuilder line = new StringBuilder();
        int octet = 0;
        while ((octet = Channels.newInputStream(channel).read()) != '\n' && octet >= 0) {
          line.append((char) octet);
        }
        String reply =
            line.toString().equals("reload")
                ? "error: reload failed\nfor a reason\n"
                : "ok\n" + line + "\n";
        channel.write(ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8)));
      } catch (IOException closed) {
        // The test is over.
      }
    }
  }
}
