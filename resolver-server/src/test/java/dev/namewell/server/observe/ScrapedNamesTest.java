package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.Address;
import dev.namewell.server.admin.AdminHttp;
import dev.namewell.server.admin.Readiness;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class ScrapedNamesTest {
  private static final Path CONFIG = Path.of("..", "config");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:namewell|jvm|process|system)_[a-z0-9_]+");
  private static final Pattern SELECTOR = Pattern.compile("(namewell_[a-z_]+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=~|!=|!~|=)");

  private static Set<String> scraped = Set.of();

  @BeforeAll
  static void scrape() throws Exception {
    MetricsRecorder recorder = new MetricsRecorder(Instant.EPOCH);
    Samples.useAll(recorder);
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Address anyPort = new Address(InetAddress.getLoopbackAddress(), 0);
    try (Exposition exposition = new Exposition(recorder, "1.2.3");
        AdminHttp http =
            AdminHttp.start(
                loops,
                NioServerSocketChannel.class,
                anyPort,
                exposition::write,
                () -> new Readiness(true, "ready"));
        HttpClient client = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:" + http.address().getPort() + "/metrics");
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      Set<String> names = new TreeSet<>();
      response
          .body()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
      scraped = names;
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @AfterAll
  static void forget() {
    scraped = Set.of();
  }

  private static void allNamesAreScraped(String text) {
    Set<String> used = new TreeSet<>();
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      used.add(names.group());
    }
    assertThat(used).hasSizeGreaterThan(8).isSubsetOf(scraped);
  }

  private static void allLabelsExist(String text) {
    Matcher selectors = SELECTOR.matcher(text);
    while (selectors.find()) {
      String name = selectors.group(1);
      Metric metric = metric(name);
      Matcher labels = LABEL.matcher(selectors.group(2));
      while (labels.find()) {
        if (!labels.group(1).equals("instance")) {
          assertThat(metric.labels()).as(name).contains(labels.group(1));
        }
      }
    }
  }

  private static Metric metric(String name) {
    for (Metric metric : Metric.values()) {
      if (name.equals(metric.scrapedName()) || name.equals(metric.scrapedName() + "_bucket")) {
        return metric;
      }
    }
    throw new AssertionError("no metric " + name);
  }

  @Test
  void theDashboardShowsWhatThereIs() throws Exception {
    String text = Files.readString(CONFIG.resolve("grafana-dashboard.json"));
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      while (parser.nextToken() != null) {
        assertThat(parser.currentToken()).isNotNull();
      }
    }
    allNamesAreScraped(text);
    allLabelsExist(text.replace("\\\"", "\""));
  }

  @Test
  void theAlertsWatchWhatThereIs() throws Exception {
    String text = Files.readString(CONFIG.resolve("alerts.yaml"));
    assertThat(new Load(LoadSettings.builder().build()).loadFromString(text)).isNotNull();
    allNamesAreScraped(text);
    allLabelsExist(text);
  }
}
