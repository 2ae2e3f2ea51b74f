package dev.namewell.server.app.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import tools.jackson.core.io.JsonStringEncoder;

/** One event as a JSON object on one line, with the keys that the query log has too. */
final class JsonLine extends LayoutBase<ILoggingEvent> {
  private static final int USUAL_LENGTH = 200;

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(USUAL_LENGTH).append("{\"time\":\"");
    TextLine.appendTime(line, event.getTimeStamp());
    line.append("\",\"event\":\"log\",\"level\":\"").append(event.getLevel().levelStr).append('"');
    String logger = event.getLoggerName();
    add(line, "logger", logger.substring(logger.lastIndexOf('.') + 1));
    add(line, "message", String.valueOf(event.getFormattedMessage()));
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      add(line, "exception", ThrowableProxyUtil.asString(thrown));
    }
    return line.append("}\n").toString();
  }

  private static void add(StringBuilder line, String key, String value) {
    line.append(",\"").append(key).append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, line);
    line.append('"');
  }
}
