package dev.namewell.server.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.LogSettings;
import dev.namewell.core.settings.LogSettings.Format;
import dev.namewell.core.settings.LogSettings.Level;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes to standard output, and what does not. */
class LoggingTest {
  private static final Logger OURS =
      LoggerFactory.getLogger("dev.namewell.server.app.log.LoggingTest");
  private static final Logger NETTY = LoggerFactory.getLogger("io.netty.Anything");

  private final PrintStream before = System.out;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private void capture(Level level, Format format) {
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    Logging.configure(new LogSettings(level, format, false));
  }

  private String output() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @AfterEach
  void restore() {
    System.setOut(before);
    Logging.configure(new LogSettings(Level.WARN, Format.TEXT, false));
  }

  @Test
  void aLineOfText() {
    capture(Level.INFO, Format.TEXT);
    OURS.info("ready on {}", "127.0.0.1:5300");
    OURS.debug("not shown");
    NETTY.info("not shown");
    NETTY.warn("shown");
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ";
    assertThat(output())
        .matches(
            time
                + "INFO  LoggingTest: ready on 127.0.0.1:5300\n"
                + time
                + "WARN  Anything: shown\n");
  }

  @Test
  void nothingInAMessageForgesALine() {
    capture(Level.INFO, Format.TEXT);
    OURS.info("name {}", "a\nb\r\u001b[0m");
    assertThat(output()).endsWith("LoggingTest: name a\n    b??[0m\n");
  }

  @Test
  void aStackTraceFollowsItsLine() {
    capture(Level.INFO, Format.TEXT);
    OURS.error("defect", new IllegalStateException("why"));
    assertThat(output())
        .contains("ERROR LoggingTest: defect\njava.lang.IllegalStateException: why\n\tat ");
  }

  @Test
  void oneJsonObjectALine() {
    capture(Level.DEBUG, Format.JSON);
    OURS.debug("say \"{}\"", "hi\n");
    String message = "\"logger\":\"LoggingTest\",\"message\":\"say \\\"hi\\n\\\"\"}\n";
    assertThat(output())
        .startsWith("{\"time\":\"2")
        .endsWith("Z\",\"event\":\"log\",\"level\":\"DEBUG\"," + message)
        .hasLineCount(1);
  }

  @Test
  void aStackTraceIsPartOfItsObject() {
    capture(Level.INFO, Format.JSON);
    OURS.error("defect", new IllegalStateException("why"));
    assertThat(output())
        .contains(
            "\"message\":\"defect\",\"exception\":\"java.lang.IllegalStateException: why\\n\\tat ")
        .hasLineCount(1);
  }

  @Test
  void levelAndFormatCanChangeWhileRunning() {
    capture(Level.ERROR, Format.JSON);
    OURS.info("not shown");
    assertThat(output()).isEmpty();
    Logging.configure(new LogSettings(Level.INFO, Format.TEXT, false));
    OURS.info("once");
    assertThat(output()).containsOnlyOnce("once").hasLineCount(1);
  }
}
