package dev.namewell.server.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * One run of the program within the test's JVM.
 *
 * @param status exit code
 */
record CommandLineRun(int status, String out, String err) {
  static CommandLineRun of(String... arguments) {
    return with(Map.of(), arguments);
  }

  static CommandLineRun with(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(environment, new PrintWriter(out, true), new PrintWriter(err, true));
    int status = Main.run(arguments, terminal);
    return new CommandLineRun(status, out.toString(), err.toString());
  }
}
