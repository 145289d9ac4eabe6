"use strict";
readiness.state.carry();
readiness.league();
