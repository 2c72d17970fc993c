// Starts the pages.
import { render } from "preact";
import { App } from "./app";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/table.css";
import "./style/run.css";
import "./style/pages.css";

render(<App />, document.getElementById("app")!);
