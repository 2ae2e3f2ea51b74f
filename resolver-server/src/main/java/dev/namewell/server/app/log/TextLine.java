package dev.namewell.server.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** One event as text: time in UTC, level, class, message. */
final class TextLine extends LayoutBase<ILoggingEvent> {
  private static final int USUAL_LENGTH = 160;
  private static final int LEVEL_WIDTH = 5;
  private static final int MILLIS_PER_SECOND = 1000;

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(USUAL_LENGTH);
    appendTime(line, event.getTimeStamp());
    String level = event.getLevel().levelStr;
    line.append(' ').append(level).repeat(' ', LEVEL_WIDTH - level.length() + 1);
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    appendMessage(line, String.valueOf(event.getFormattedMessage()));
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(ThrowableProxyUtil.asString(thrown));
    }
    return line.toString();
  }

  /** ISO 8601; by hand, for a formatter costs milliseconds of the start. */
  static void appendTime(StringBuilder line, long millis) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(millis, (long) MILLIS_PER_SECOND), 0, ZoneOffset.UTC);
    line.append(time.getYear());
    appendPadded(line.append('-'), time.getMonthValue(), 2);
    appendPadded(line.append('-'), time.getDayOfMonth(), 2);
    appendPadded(line.append('T'), time.getHour(), 2);
    appendPadded(line.append(':'), time.getMinute(), 2);
    appendPadded(line.append(':'), time.getSecond(), 2);
    appendPadded(line.append('.'), Math.floorMod(millis, MILLIS_PER_SECOND), 3);
    line.append('Z');
  }

  private static void appendPadded(StringBuilder line, int number, int width) {
    String digits = Integer.toString(number);
    line.repeat('0', width - digits.length()).append(digits);
  }

  /** Further lines are indented and control characters replaced: no message can forge an event. */
  private static void appendMessage(StringBuilder line, String message) {
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '\n') {
        line.append("\n    ");
      } else {
        line.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
      }
    }
  }
}
