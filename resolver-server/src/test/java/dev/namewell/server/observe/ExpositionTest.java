package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExpositionTest {
  private final MetricsRecorder recorder = new MetricsRecorder(Instant.EPOCH);
  private final Exposition exposition = new Exposition(recorder, "1.2.3");
  private final ByteArrayOutputStream page = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    exposition.close();
  }

  private String text() {
    return page.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void everyMetricOfTheTableIsThereWithHelpAndType(Metric metric) throws IOException {
    Samples.useAll(recorder);
    exposition.write(null, page);
    String type =
        switch (metric.kind()) {
          case COUNTER -> "counter";
          case GAUGE, INFO -> "gauge";
          case HISTOGRAM -> "histogram";
        };
    assertThat(text().lines())
        .contains(
            "# HELP " + metric.scrapedName() + " " + metric.help(),
            "# TYPE " + metric.scrapedName() + " " + type);
  }

  @Test
  void openMetricsIsWrittenWhereItIsAskedFor() throws IOException {
    String contentType =
        exposition.write(
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3",
            page);
    assertThat(contentType).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(text()).endsWith("# EOF\n").contains("# TYPE namewell_cache_hits counter\n");
  }

  @Test
  void thePrometheusFormatIsWrittenOtherwise() throws IOException {
    assertThat(exposition.write("*/*", page)).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text())
        .doesNotContain("# EOF")
        .contains("namewell_build_info{java=")
        .contains("version=\"1.2.3\"")
        .contains("jvm_memory_used_bytes{area=\"heap\"")
        .contains("jvm_gc_")
        .contains("jvm_threads_live_threads")
        .contains("jvm_buffer_memory_used_bytes{id=\"direct\"")
        .contains("process_cpu_usage")
        .contains("process_files_open_files");
  }

  @Test
  void aScrapeCanBeRepeated() throws IOException {
    exposition.write(null, page);
    page.reset();
    recorder.limitReached("x");
    exposition.write(null, page);
    assertThat(text()).contains("namewell_limits_reached_total{limit=\"x\"} 1.0");
  }
}
