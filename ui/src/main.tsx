// Starts the pages.
import { render } from "preact";
import { App } from "./app";
import { beginBoard } from "./assets/board";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/table.css";
import "./style/run.css";
import "./style/pages.css";
import "./style/home.css";

// What these pages need is asked for while the first picture is drawn.
if (/^\/(graph|assets)$/.test(location.pathname)) beginBoard();
if (location.pathname === "/graph") void import("./graph/page");

render(<App />, document.getElementById("app")!);
