package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.CacheEvent;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.port.Events.UpstreamState;
import dev.namewell.core.wire.Query;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsRecorderTest {
  private static final Endpoint UPSTREAM = new Endpoint(new InetSocketAddress("192.0.2.53", 53));

  private final MetricsRecorder recorder = new MetricsRecorder(Instant.ofEpochSecond(1_000_000));
  private final Query query = Samples.query(RecordType.AAAA, "www", "example");
  private final Client client = Samples.client(Transport.UDP);

  private String scrape() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try (Exposition exposition = new Exposition(recorder, "1.2.3")) {
      exposition.write(null, page);
    }
    return page.toString(StandardCharsets.UTF_8);
  }

  @Test
  void countsOfLoopsAndOfOtherThreadsAreOneSum() throws Exception {
    Thread loop =
        Thread.ofPlatform()
            .start(
                () -> {
                  Events events = recorder.forLoop(0);
                  for (int i = 0; i < 1000; i++) {
                    events.answered(query, client, Rcode.NOERROR, Source.CACHE, 20_000);
                  }
                });
    Thread[] tasks = new Thread[8];
    for (int t = 0; t < tasks.length; t++) {
      tasks[t] =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 1000; i++) {
                      recorder.answered(query, client, Rcode.NOERROR, Source.FORWARDED, 30_000_000);
                    }
                  });
    }
    loop.join();
    for (Thread task : tasks) {
      task.join();
    }
    assertThat(recorder.answers(Source.CACHE)).isEqualTo(1000);
    assertThat(recorder.answers(Source.FORWARDED)).isEqualTo(8000);
    assertThat(scrape().lines())
        .contains(
            series("queries_total", "rcode=\"NOERROR\",source=\"cache\"", 1000),
            series("queries_total", "rcode=\"NOERROR\",source=\"forwarded\"", 8000),
            "namewell_cache_hits_total 1000.0",
            "namewell_cache_misses_total 8000.0",
            "namewell_query_duration_seconds_bucket{source=\"cache\",le=\"2.5E-5\"} 1000",
            "namewell_query_duration_seconds_bucket{source=\"forwarded\",le=\"0.0256\"} 0",
            "namewell_query_duration_seconds_bucket{source=\"forwarded\",le=\"0.0512\"} 8000",
            "namewell_query_duration_seconds_bucket{source=\"forwarded\",le=\"+Inf\"} 8000",
            "namewell_query_duration_seconds_count{source=\"forwarded\"} 8000",
            "namewell_query_duration_seconds_sum{source=\"forwarded\"} 240.0");
  }

  private static String series(String name, String labels, int value) {
    return "namewell_" + name + "{" + labels + ",transport=\"udp\",type=\"AAAA\"} " + value + ".0";
  }

  @Test
  void aCachedAnswerIsCountedWithoutAllocation() {
    Events events = recorder.forLoop(0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 10_000; i++) {
      events.answered(query, client, Rcode.NOERROR, Source.CACHE, i);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      events.answered(query, client, Rcode.NOERROR, Source.CACHE, i);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / 100_000).isZero();
  }

  @Test
  void anotherThreadOnALoopsCountersIsADefect() throws Exception {
    Events events = recorder.forLoop(3);
    Thread loop =
        Thread.ofPlatform()
            .start(() -> events.answered(query, client, Rcode.NOERROR, Source.CACHE, 1));
    loop.join();
    assertThat(recorder.forLoop(3)).isSameAs(events);
    assertThatThrownBy(() -> events.answered(query, client, Rcode.NOERROR, Source.CACHE, 1))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void upstreamsAreCountedByHowExchangesEndAndShowTheirState() throws Exception {
    recorder.exchanged(UPSTREAM, Transport.UDP, ExchangeEnd.ANSWERED, 12_000_000);
    recorder.exchanged(UPSTREAM, Transport.UDP, ExchangeEnd.TIMEOUT, 400_000_000);
    recorder.upstreamChanged(UPSTREAM, UpstreamState.SET_ASIDE, "no answer in 400 ms");
    assertThat(scrape().lines())
        .contains(
            "namewell_upstream_exchanges_total"
                + "{end=\"timeout\",transport=\"udp\",upstream=\"192.0.2.53:53\"} 1.0",
            "namewell_upstream_state{state=\"set-aside\",upstream=\"192.0.2.53:53\"} 1.0",
            "namewell_upstream_state{state=\"working\",upstream=\"192.0.2.53:53\"} 0.0",
            "namewell_upstream_duration_seconds_count{upstream=\"192.0.2.53:53\"} 1",
            "namewell_upstream_duration_seconds_sum{upstream=\"192.0.2.53:53\"} 0.012");
    recorder.retainUpstreams(List.of());
    assertThat(scrape()).doesNotContain("192.0.2.53");
  }

  @Test
  void dropsLimitsAndDefectsHaveNames() throws Exception {
    recorder.forLoop(0).dropped(DropReason.RUNT, Transport.UDP);
    recorder.dropped(DropReason.RUNT, Transport.UDP);
    recorder.forLoop(0).cache(CacheEvent.PREFETCH);
    recorder.cache(CacheEvent.EVICTED);
    recorder.limitReached("limits.resolutions");
    recorder.limitReached("say \"hi\"\n");
    recorder.defect(Part.QUERY, "www.example. IN A", new IllegalStateException());
    assertThat(recorder.drops(DropReason.RUNT)).isEqualTo(2);
    assertThat(scrape().lines())
        .contains(
            "namewell_queries_dropped_total{reason=\"runt\",transport=\"udp\"} 2.0",
            "namewell_cache_prefetches_total 1.0",
            "namewell_cache_evictions_total 1.0",
            "namewell_limits_reached_total{limit=\"limits.resolutions\"} 1.0",
            "namewell_limits_reached_total{limit=\"say \\\"hi\\\"\\n\"} 1.0",
            "namewell_defects_total{where=\"query\"} 1.0");
  }

  @Test
  void whatCanBeCountedIsThereFromTheStart() throws Exception {
    recorder.retainUpstreams(List.of(UPSTREAM));
    String page = scrape();

    assertThat(page.lines())
        .contains(
            "namewell_limits_reached_total{limit=\"limits.tcp-connections\"} 0.0",
            "namewell_dnssec_bogus_total{reason=\"7\"} 0.0",
            "namewell_defects_total{where=\"trust-anchors\"} 0.0",
            "namewell_queries_total"
                + "{rcode=\"SERVFAIL\",source=\"failure\",transport=\"udp\",type=\"A\"} 0.0",
            "namewell_upstream_exchanges_total"
                + "{end=\"timeout\",transport=\"tcp\",upstream=\"192.0.2.53:53\"} 0.0",
            "namewell_upstream_state{state=\"working\",upstream=\"192.0.2.53:53\"} 1.0");
    assertThat(page.lines().filter(line -> line.startsWith("namewell_")).count())
        .as("series of one upstream and all of ours")
        .isLessThan(400);
  }

  @Test
  void labelValuesAreBounded() throws Exception {
    for (int i = 0; i < 1000; i++) {
      recorder.limitReached("limit" + i);
      recorder.exchanged(
          new Endpoint(new InetSocketAddress("192.0.2.1", 1000 + i)),
          Transport.UDP,
          ExchangeEnd.ANSWERED,
          1);
    }
    assertThat(recorder.limits()).hasSize(257).containsKey("other");
    assertThat(recorder.upstreams()).hasSize(257).containsKey("other");
    assertThat(recorder.limits().values().stream().mapToLong(adder -> adder.sum()).sum())
        .isEqualTo(1000);
  }

  @Test
  void reloadsAreCountedAndTheLastOneIsShown() throws Exception {
    assertThat(scrape().lines())
        .contains(
            "namewell_config_last_reload_successful 1.0",
            "namewell_config_last_reload_timestamp_seconds 1000000.0",
            "namewell_start_time_seconds 1000000.0");
    recorder.reloaded(true, Instant.ofEpochSecond(1_000_100));
    recorder.reloaded(false, Instant.ofEpochSecond(1_000_200));
    assertThat(scrape().lines())
        .contains(
            "namewell_config_reloads_total{result=\"success\"} 1.0",
            "namewell_config_reloads_total{result=\"failure\"} 1.0",
            "namewell_config_last_reload_successful 0.0",
            "namewell_config_last_reload_timestamp_seconds 1000100.0");
  }

  @Test
  void gaugesAreReadFromTheirOwners() throws Exception {
    recorder.supply(Metric.CACHE_BYTES, () -> 4711);
    assertThat(scrape().lines()).contains("namewell_cache_size_bytes 4711.0");
    assertThatThrownBy(() -> recorder.supply(Metric.QUERIES, () -> 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aQuestionThatCannotBeReadHasNoType() throws Exception {
    recorder.answered(Samples.malformed(), client, Rcode.FORMERR, Source.ERROR, 100);
    assertThat(scrape())
        .contains("{rcode=\"FORMERR\",source=\"error\",transport=\"udp\",type=\"none\"} 1.0");
  }
}
