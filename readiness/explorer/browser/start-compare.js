"use strict";
readiness.state.carry();
readiness.compare();
